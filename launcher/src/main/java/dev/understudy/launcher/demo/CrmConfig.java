package dev.understudy.launcher.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;

/// The demo's job over both sources, made from the shop's: its rules are for whatever they match,
/// in any source.
final class CrmConfig {
    private static final String SOURCES =
            """
            sources:                      # each by a name; `crm:crm.contact.email` is a column of one of them
              shop:
                url: "{{source}}"
                user: reader                # may read, and nothing else
                password: ${file:secrets/reader}
              crm:                        # MariaDB
                url: "{{crm}}"
                user: reader
                password: ${file:secrets/reader}
            """;

    private static final String REFERENCES =
            """
            references:
              - shop:support.callback_request.customer_number -> shop:shop.customer.number
              - shop:shop.page_view.session_id -> shop:shop.session.id
              # Nobody references anybody here, but the same people are meant: their addresses are masked alike,
              # so customers and contacts can still be joined.
              - crm:crm.contact.email ~ shop:shop.customer.email
            """;

    private static final String RULES =
            """
              # 8. Those who call or write.
              crm:contact.full_name: full-name
              crm:contact.channel: keep
              crm:conversation.topic: keep
              crm:conversation.satisfaction: keep
              crm:conversation.body:        # the caller's own name and number, as they are masked there
                mask: free-text
                subject: { via: contact_id, of: crm.contact, columns: [full_name, email, phone] }

            """;

    private static final String TWINS =
            """
            twins:
              shop:
                url: "{{twin}}"
                user: loader                # may create databases, and owns the twin
                password: ${file:secrets/loader}
                source-primary-key: true    # a last column in each table, to find the row that a row comes from
              crm:
                url: "{{crm-twin}}"
                user: loader
                password: ${file:secrets/loader}
            """;

    private CrmConfig() {}

    /// Writes the config, or puts the servers' ports right in one that is there.
    static Path write(DemoServers servers, CrmServer crm) {
        Path config = servers.home().resolve("shop-and-crm.yaml");
        String source = servers.source().url(Demo.SOURCE_DATABASE);
        String twin = servers.twin().url(Demo.TWIN_DATABASE);
        String crmUrl = crm.url(CrmServer.DATABASE);
        String crmTwin = crm.url(CrmServer.TWIN_DATABASE);
        try {
            String text;
            if (Files.exists(config)) {
                text = Files.readString(config);
                for (String url : new String[] {source, twin, crmUrl, crmTwin}) {
                    text = Demo.withUrl(text, url);
                }
            } else {
                text =
                        template()
                                .replace("{{source}}", source)
                                .replace("{{twin}}", twin)
                                .replace("{{crm}}", crmUrl)
                                .replace("{{crm-twin}}", crmTwin)
                                .replace("{{lake}}", servers.home().resolve("lake").toString());
            }
            return Files.writeString(config, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String template() {
        String shop = DemoShop.resource("shop.yaml");
        shop = withBlock(shop, "source", SOURCES);
        shop = withBlock(shop, "references", REFERENCES);
        shop = withBlock(shop, "twin", TWINS);
        return shop.replace("everything of the shop goes", "everything of a shop and a CRM goes")
                .replace(
                        "`understudy validate shop.yaml`",
                        "`understudy validate shop-and-crm.yaml`")
                .replace("run `understudy demo`", "run `understudy demo --with mysql`")
                .replace("job: shop\n", "job: shop-and-crm\n")
                .replace("\"support.*\"]", "\"support.*\", \"crm:*\"]")
                .replace(
                        "# Columns that must fit together",
                        RULES.stripTrailing() + "\n\n# Columns that must fit together");
    }

    /// The text with another block in the place of the one at a key: the key's line, and all lines
    /// behind it that are indented.
    private static String withBlock(String text, String key, String block) {
        return text.replaceFirst(
                "(?m)^" + key + ":.*\n(?:[ ].*\n)+", Matcher.quoteReplacement(block));
    }
}
