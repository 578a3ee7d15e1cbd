package dev.understudy.config;

import java.util.Map;

/// Configs and the environment that they are read in.
final class Samples {
    static final String SECRET = "correct horse battery staple";
    static final Map<String, String> ENVIRONMENT =
            Map.of(
                    "UNDERSTUDY_SECRET",
                    SECRET,
                    "TENANT",
                    "acme",
                    "TWIN_PW",
                    "tw1n-pw",
                    "HOST",
                    "replica",
                    "SHORT",
                    "hush",
                    "WEAK",
                    "change-me-change-me-change-me");

    static final String FULL =
            """
            job: pagila-nightly
            secret: ${env:UNDERSTUDY_SECRET}
            source: { url: "jdbc:postgresql://replica/pagila", user: reader, password: "${file:pg}" }
            tables:
              include: ["public.*"]
              structure-only: [public.audit_log]
              exclude: ["public.tmp_*"]
            columns:                                   # the most specific wins; every column must be decided
              public.customer.email: email
              public.customer.first_name: first-name
              public.staff.picture: { mask: constant, value: null, reason: "portrait" }
              "*.*_id": keep
              "*.last_update": keep
            unlisted: refuse
            references: ["public.ticket.author -> public.customer.customer_id"]
            twin: { url: "jdbc:postgresql://dev/pagila_twin", user: loader, password: "${env:TWIN_PW}", source-primary-key: true }
            lake: { uri: "s3://acme-lake/understudy", compression: zstd }
            """;

    /// Five lines that are valid; further keys may follow.
    static final String SMALL =
            """
            job: shop
            secret: ${env:UNDERSTUDY_SECRET}
            source: { url: "jdbc:postgresql://replica/shop", user: reader }
            twin: { url: "jdbc:postgresql://dev/shop_twin", user: loader }
            unlisted: mask
            """;

    static final String ALIASED =
            """
            job: shop
            secret: ${env:UNDERSTUDY_SECRET}
            source: &database
              url: jdbc:postgresql://replica/shop
              user: reader
              connections: 4
            twin:
              <<: *database
              url: jdbc:postgresql://dev/shop_twin
              source-primary-key: true
            columns:
              customer.email: &same { mask: hash, domain: person }
              ticket.email: *same
            """;

    static final String TUNED =
            """
            job: shop
            secret: ${env:UNDERSTUDY_SECRET}
            epoch: 3
            source: { url: "jdbc:postgresql://${env:HOST}:5433/shop?ssl=true", user: reader, connections: 9 }
            lake:
              uri: s3://acme/understudy
              compression: none
              endpoint: http://127.0.0.1:9000
              region: eu-central-1
              access-key: AKIA123
              secret-key: ${env:TWIN_PW}
              path-style: true
            tuning: { workers: 3, batch-rows: 20000, batch-size: 512KB, split-rows: 50000 }
            """;

    static final String CIPHERTEXT = "AQIDAHhbGciOiJub25lIiwidHlwIjoiSldUIn0+/8A==";

    static final String KMS =
            """
            job: shop
            secret:
              aws-kms: %s
              key: arn:aws:kms:eu-central-1:111122223333:key/1234abcd
              context: { job: shop, "aws:tenant id": "${env:TENANT}" }
              region: eu-central-1
              endpoint: http://127.0.0.1:9000
              access-key: AKIA123
              secret-key: ${env:TWIN_PW}
            replaces-key: 0123abcd
            source: { url: "jdbc:postgresql://replica/shop", user: reader }
            lake: lake
            """
                    .formatted(CIPHERTEXT);

    static final String GROUPED =
            SMALL
                    + """
                    columns:
                      public.customer.sex: { mask: keep, reason: "reports need it" }
                    groups:
                      public.customer:
                        - person:
                            gender: sex
                            codes: { 0: male, 1: female }
                            title: salutation
                            first-name: first_name
                            last-name: last_name
                            full-name: display_name
                            email: email
                            culture: country
                          place: { city: city, region: district, postcode: postal_code, country: country, in: DE }
                        - place: { city: billing_city, postcode: billing_postcode, country: country }
                      "*.rental": { span: [starts_on, ends_on] }
                      public.visit: { span: { of: [came, went], max-days: 30, direction: earlier } }
                    """;

    static final String PROFILED =
            SMALL
                    + """
                    profile: [hipaa-safe-harbor, pci-dss]
                    kinds: { "*.mrn": medical-record, public.visit.code: none }
                    acknowledge:
                      W101: { public.staff.gender: "three values, wanted" }
                      W105: the old twin is gone
                    """;

    private Samples() {}
}
