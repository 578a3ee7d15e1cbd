package dev.understudy.ops;

import dev.understudy.rows.Failure;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.BindException;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ApplicationContextException;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.env.AbstractEnvironment;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;

/// The web interface: `/api/runs`, `/api/runs/{run}`, `/api/runs/{run}/report`,
/// `/runs/{run}/report.html`, `/actuator/health` and `/actuator/prometheus`. Only reads.
///
/// On a loopback address without a token it answers only requests that name a local host; with a
/// token it answers only requests that bring it.
public final class OpsServer implements AutoCloseable {
    private final ConfigurableApplicationContext context;

    private OpsServer(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /// Starts listening. The caller keeps owning `runs`, and closes the server first.
    public static OpsServer start(OpsSettings settings, RunsView runs) {
        var application = new SpringApplication(Wiring.class);
        application.setWebApplicationType(WebApplicationType.SERVLET);
        application.setBannerMode(Banner.Mode.OFF);
        application.setLogStartupInfo(false);
        application.setEnvironment(environment(settings));
        ApplicationContextInitializer<GenericApplicationContext> beans =
                each -> {
                    each.registerBean(OpsSettings.class, () -> settings);
                    each.registerBean(RunsView.class, () -> runs);
                };
        application.addInitializers(beans);
        try {
            return new OpsServer(application.run());
        } catch (ApplicationContextException e) {
            throw Stream.<Throwable>iterate(e, Objects::nonNull, Throwable::getCause)
                    .filter(each ->
                            each instanceof PortInUseException || each instanceof BindException)
                    .findFirst()
                    .map(_ -> refused(settings))
                    .orElseThrow(() -> e);
        }
    }

    private static Failure refused(OpsSettings settings) {
        return new Failure(
                Failure.Kind.CONFIG,
                "cannot listen on %s:%d: the port is in use, the address is not of this machine, or only root may take the port; choose others with --port and --bind"
                        .formatted(settings.address(), settings.port()));
    }

    /// Nothing else decides what is shown, and to whom. By itself Spring Boot reads what lies in
    /// the working folder, which may be another application's, and the environment: either could
    /// open the memory of this process, and to everybody.
    private static ConfigurableEnvironment environment(OpsSettings settings) {
        var all = new MutablePropertySources();
        all.addFirst(
                new MapPropertySource(
                        "understudy",
                        Map.of(
                                "spring.config.location",
                                "optional:classpath:/none/",
                                "server.address",
                                settings.address(),
                                "server.port",
                                settings.port(),
                                "server.shutdown",
                                "immediate",
                                "spring.web.resources.add-mappings",
                                false,
                                "spring.mvc.log-resolved-exception",
                                false,
                                "spring.jmx.enabled",
                                false,
                                "management.endpoints.web.exposure.include",
                                "health,prometheus",
                                "management.endpoint.health.show-details",
                                "never")));
        return new AbstractEnvironment(all) {};
    }

    /// Where it listens.
    public int port() {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    @Override
    public void close() {
        context.close();
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    @Configuration(proxyBeanMethods = false)
    static class Wiring {
        @Bean
        RunsController runsController(RunsView runs) {
            return new RunsController(runs);
        }

        @Bean
        FilterRegistrationBean<Gate> gate(OpsSettings settings) {
            var registration = new FilterRegistrationBean<>(new Gate(settings));
            registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
            return registration;
        }

        @Bean
        RunsMetrics runsMetrics(RunsView runs, PrometheusRegistry registry) {
            var metrics = new RunsMetrics(runs, InstantSource.system());
            registry.register(metrics);
            return metrics;
        }

        @Bean
        HealthIndicator controlDatabase(RunsView runs) {
            return new AbstractHealthIndicator() {
                @Override
                protected void doHealthCheck(Health.Builder health) {
                    runs.runs(1);
                    health.up();
                }
            };
        }
    }
}
