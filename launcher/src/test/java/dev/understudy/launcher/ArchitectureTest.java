package dev.understudy.launcher;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/// Who may know whom, as ARCHITECTURE.md draws it.
@AnalyzeClasses(
        packages = "dev.understudy",
        importOptions = {
            ImportOption.DoNotIncludeTests.class,
            ArchitectureTest.WithoutTestJars.class
        })
class ArchitectureTest {
    private static final String MASKING = "dev.understudy.masking..";
    private static final String[] READERS_WRITERS = {
        "dev.understudy.schema..",
        "dev.understudy.rows..",
        "dev.understudy.preflight..",
        "dev.understudy.source..",
        "dev.understudy.twin..",
        "dev.understudy.postgres..",
        "dev.understudy.mysql..",
        "dev.understudy.lake..",
        "dev.understudy.kms.."
    };
    private static final String CONFIGS = "dev.understudy.config..";
    private static final String JOBS = "dev.understudy.jobs..";
    private static final String OPS = "dev.understudy.ops..";
    private static final String LAUNCHER = "dev.understudy.launcher..";

    @ArchTest
    static final ArchRule maskingKnowsNobody =
            noClasses()
                    .that()
                    .resideInAPackage(MASKING)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(CONFIGS, JOBS, OPS, LAUNCHER)
                    .orShould()
                    .dependOnClassesThat()
                    .resideInAnyPackage(READERS_WRITERS);

    @ArchTest
    static final ArchRule readersAndWritersKnowNobody =
            noClasses()
                    .that()
                    .resideInAnyPackage(READERS_WRITERS)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(MASKING, CONFIGS, JOBS, OPS, LAUNCHER);

    @ArchTest
    static final ArchRule configsKnowOnlyMasking =
            noClasses()
                    .that()
                    .resideInAPackage(CONFIGS)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(JOBS, OPS, LAUNCHER, "java.sql..", "javax.sql..")
                    .orShould()
                    .dependOnClassesThat()
                    .resideInAnyPackage(READERS_WRITERS);

    @ArchTest
    static final ArchRule jobsKnowNeitherOpsNorTheLauncher =
            noClasses()
                    .that()
                    .resideInAPackage(JOBS)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(OPS, LAUNCHER);

    @ArchTest
    static final ArchRule opsKnowNoDatabaseAndNoLauncher =
            noClasses()
                    .that()
                    .resideInAPackage(OPS)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            LAUNCHER, "java.sql..", "javax.sql..", "org.springframework.jdbc..");

    @ArchTest
    static final ArchRule onlyJobsAndOpsKnowSpring =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(JOBS, OPS)
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.springframework..");

    @ArchTest
    static final ArchRule springBatchLivesInOnePackage =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("dev.understudy.jobs.batch..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.springframework.batch..");

    @ArchTest
    static final ArchRule everyClassLivesInAKnownModule =
            classes()
                    .should()
                    .resideInAnyPackage(MASKING, CONFIGS, JOBS, OPS, LAUNCHER)
                    .orShould()
                    .resideInAnyPackage(READERS_WRITERS);

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("dev.understudy.(**)").should().beFreeOfCycles();

    /// The other modules' test servers come as a jar.
    static final class WithoutTestJars implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar") && !location.contains("test-classes");
        }
    }
}
