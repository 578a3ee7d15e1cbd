package dev.understudy.launcher.demo;

import dev.understudy.launcher.demo.Person.Canary;
import dev.understudy.rows.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import org.postgresql.PGConnection;

/// A generated shop: three schemas, 31 tables, and people who exist nowhere else. Whatever a real
/// database has that makes copying hard is somewhere in it; `shop-tables.sql` and `shop-keys.sql`
/// show where.
///
/// The rows depend on the scale, the seed and the day alone, and memory does not grow with them: a
/// row that is needed twice is generated twice.
public final class DemoShop {
    private static final int CUSTOMERS_AT_SCALE_ONE = 8_000;
    private static final int PRODUCTS_AT_SCALE_ONE = 1_000;
    private static final int EMPLOYEES_AT_SCALE_ONE = 200;
    private static final int COUPONS_AT_SCALE_ONE = 400;
    private static final List<String> DEPARTMENTS =
            List.of("Board", "Purchasing", "Warehouse", "Web", "Support", "People", "Accounts");
    private static final List<String> GOODS =
            List.of(
                    "Kettle",
                    "Lamp",
                    "Blanket",
                    "Teapot",
                    "Rucksack",
                    "Notebook",
                    "Umbrella",
                    "Candle",
                    "Cutting board",
                    "Rain coat",
                    "Fountain pen",
                    "Enamel mug");
    private static final List<String> KINDS =
            List.of("Blue", "Small", "Walnut", "Foldable", "Crème", "Old-fashioned", "Light");

    private final int customers;
    private final int products;
    private final int employees;
    private final int coupons;
    private final double scale;
    private final long seed;
    private final LocalDate today;
    private final Instant now;
    private final List<Country> countries = Country.all();

    /// @param scale 1 makes about 200,000 rows
    /// @param seed the same seed makes the same rows
    /// @param today the day on which the newest rows were written
    public DemoShop(double scale, long seed, LocalDate today) {
        if (!(scale > 0 && scale <= 10_000)) {
            throw new Failure(
                    Failure.Kind.CONFIG,
                    "the scale must be above 0 and at most 10000, but was "
                            + scale
                            + "; 1 makes about 200,000 rows");
        }
        this.scale = scale;
        this.seed = seed;
        this.today = today;
        this.now = midnight(today);
        customers = scaled(CUSTOMERS_AT_SCALE_ONE, 20);
        products = scaled(PRODUCTS_AT_SCALE_ONE, 30);
        employees = scaled(EMPLOYEES_AT_SCALE_ONE, 2 * DEPARTMENTS.size());
        coupons = scaled(COUPONS_AT_SCALE_ONE, 10);
    }

    /// Personal values of one known customer, who is in every table that holds customers' values.
    /// None of them may appear in anything masked.
    public static List<String> canaries() {
        return List.of(
                Canary.FIRST_NAME,
                Canary.LAST_NAME,
                Canary.EMAIL,
                Canary.PHONE,
                Canary.MOBILE,
                Canary.NATIONAL_ID,
                Canary.STREET,
                Canary.CARD,
                Canary.IBAN,
                Canary.IP,
                Canary.TRACKING);
    }

    /// Makes the shop in an empty database, in one transaction.
    ///
    /// @param connection of a role that may create schemas and trusted extensions
    /// @param progress is told of each table when it is filled, with its rows
    /// @return all rows
    /// @throws DemoFailed if the database refuses
    public long create(Connection connection, ObjLongConsumer<String> progress) {
        try {
            connection.setAutoCommit(false);
            execute(connection, resource("shop-tables.sql"));
            createPartitions(connection);
            var filling = new Filling(connection, progress);
            filling.goods();
            filling.people();
            filling.trade();
            filling.talk();
            setSequences(connection);
            execute(connection, resource("shop-keys.sql"));
            connection.commit();
            connection.setAutoCommit(true);
            // Planners, progress displays and splits all start from statistics.
            execute(connection, "VACUUM (ANALYZE)");
            return filling.rows;
        } catch (SQLException e) {
            throw new DemoFailed("cannot create the demo shop: " + e.getMessage(), e);
        }
    }

    /// What the rows depend on, to recognise a database that has them already.
    @Override
    public String toString() {
        return "DemoShop[scale %s, seed %d, %s]".formatted(scale, seed, today);
    }

    static Instant midnight(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    static String resource(String name) {
        try (InputStream stream = DemoShop.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException("the jar lacks " + name);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private int scaled(int atScaleOne, int least) {
        return (int) Math.max(least, Math.round(atScaleOne * scale));
    }

    private void createPartitions(Connection connection) throws SQLException {
        for (int year = today.getYear() - 4; year <= today.getYear(); year++) {
            execute(
                    connection,
                    "CREATE TABLE shop.payment_%1$d PARTITION OF shop.payment FOR VALUES FROM ('%1$d-01-01Z') TO ('%2$d-01-01Z')"
                            .formatted(year, year + 1));
        }
        execute(connection, "CREATE TABLE shop.payment_other PARTITION OF shop.payment DEFAULT");
    }

    private static void setSequences(Connection connection) throws SQLException {
        for (String table :
                List.of(
                        "shop.product",
                        "shop.customer",
                        "shop.address",
                        "shop.orders",
                        "hr.employee",
                        "support.ticket")) {
            execute(
                    connection,
                    "SELECT setval(pg_get_serial_sequence('%1$s', 'id'), max(id)) FROM %1$s"
                            .formatted(table));
        }
    }

    private Person customer(long number) {
        return number == 1
                ? new Person(countries, today)
                : new Person(seed, "customer", number, countries, today);
    }

    /// Those who call or write: many customers, and some who have bought nothing yet.
    void eachCaller(Consumer<Person> action) {
        eachCustomer(customer -> {
            if (customer.isCanary() || dice("calls", customer.number).chance(0.4)) {
                action.accept(customer);
            }
        });
        for (long number = 1; number <= customers / 10; number++) {
            action.accept(new Person(seed, "prospect", customers + number, countries, today));
        }
    }

    Dice dice(String topic, long number) {
        return new Dice(seed, topic, number);
    }

    Instant someTimeAfter(Person person, Dice dice) {
        return dice.between(person.registeredAt, now);
    }

    private Person employee(long number) {
        return new Person(seed, "employee", number, countries, today);
    }

    /// Addresses have numbers with gaps, so that an order knows them without asking.
    private long addressNumber(long customer, int index) {
        return 3 * customer + index;
    }

    private int addresses(long customer) {
        return 1 + new Dice(seed, "addresses", customer).skewed(3);
    }

    private String street(Person customer, int index) {
        return customer.isCanary() && index == 0
                ? Canary.STREET
                : customer.country.street(new Dice(seed, "street" + index, customer.number));
    }

    private BigDecimal price(int product) {
        return BigDecimal.valueOf(199 + new Dice(seed, "price", product).skewed(20_000), 2);
    }

    private void eachCustomer(Consumer<Person> action) {
        for (long number = 1; number <= customers; number++) {
            action.accept(customer(number));
        }
    }

    private void eachOrder(Consumer<Order> action) {
        long[] id = {0};
        eachCustomer(customer -> {
            int orders =
                    (customer.isCanary() ? 2 : 0)
                            + new Dice(seed, "orders", customer.number).skewed(16);
            for (int i = 0; i < orders; i++) {
                action.accept(order(++id[0], customer));
            }
        });
    }

    private Order order(long id, Person customer) {
        var dice = new Dice(seed, "order", id);
        var items = new ArrayList<Item>();
        BigDecimal total = BigDecimal.ZERO;
        for (int line = 1 + dice.skewed(5); line > 0; line--) {
            var item = new Item(1 + dice.skewed(products), 1 + dice.skewed(6));
            items.add(item);
            total = total.add(price(item.product).multiply(BigDecimal.valueOf(item.quantity)));
        }
        String status =
                dice.of(
                        "placed",
                        "paid",
                        "shipped",
                        "delivered",
                        "delivered",
                        "delivered",
                        "delivered",
                        "delivered",
                        "returned",
                        "cancelled");
        return new Order(
                id, customer, status, items, total, dice.between(customer.registeredAt, now));
    }

    private String address(Dice dice, Country country) {
        return "(\"%s\",\"%s\",\"%s\",%s)"
                .formatted(
                        country.street(dice),
                        dice.fill(country.postcode()),
                        dice.of(country.cities()),
                        country.code());
    }

    private static String ip(Dice dice) {
        return dice.chance(0.2)
                ? "2001:db8::%x:%x".formatted(dice.below(65_536), dice.below(65_536))
                : "198.18.%d.%d".formatted(dice.below(256), dice.below(256));
    }

    private static String array(List<String> values) {
        return "{\"" + String.join("\",\"", values) + "\"}";
    }

    private LocalDate day(Instant time) {
        return LocalDate.ofInstant(time, ZoneOffset.UTC);
    }

    private record Item(int product, int quantity) {}

    /// An order, with what was bought in it.
    private record Order(
            long id,
            Person customer,
            String status,
            List<Item> items,
            BigDecimal total,
            Instant placedAt) {
        boolean paid() {
            return !status.equals("placed") && !status.equals("cancelled");
        }

        boolean sent() {
            return paid() && !status.equals("paid");
        }
    }

    /// One filling of one database.
    private final class Filling {
        private final Connection connection;
        private final ObjLongConsumer<String> progress;
        private long rows;

        Filling(Connection connection, ObjLongConsumer<String> progress) {
            this.connection = connection;
            this.progress = progress;
        }

        /// @param table with its columns: `shop.currency (code, name)`
        private void fill(String table, Consumer<CopyRows> writer) throws SQLException {
            var copy =
                    connection
                            .unwrap(PGConnection.class)
                            .getCopyAPI()
                            .copyIn("COPY " + table + " FROM STDIN");
            try {
                var target = new CopyRows(copy);
                writer.accept(target);
                long written = target.end();
                rows += written;
                progress.accept(table.substring(0, table.indexOf(' ')), written);
            } finally {
                if (copy.isActive()) {
                    copy.cancelCopy();
                }
            }
        }

        void goods() throws SQLException {
            fill(
                    "shop.currency (code, name, minor_units)",
                    to -> {
                        to.add("EUR", "Euro", 2);
                        to.add("GBP", "Pound sterling", 2);
                        to.add("USD", "US dollar", 2);
                        to.add("PLN", "Złoty", 2);
                        to.add("SEK", "Krona", 2);
                        to.add("TRY", "Lira", 2);
                        to.add("JPY", "Yen", 0);
                    });
            fill(
                    "shop.country (code, name, currency, dial_prefix)",
                    to ->
                            countries.forEach(
                                    c -> to.add(c.code(), c.name(), c.currency(), c.prefix())));
            fill(
                    "shop.category (parent_id, name, slug)",
                    to -> {
                        for (int id = 1; id <= 40; id++) {
                            Object parent = id <= 6 ? null : 1 + (id - 7) / 6;
                            to.add(parent, GOODS.get(id % GOODS.size()) + "s", "category-" + id);
                        }
                    });
            int suppliers = Math.max(5, products / 25);
            fill(
                    "shop.supplier (name, contact_name, contact_email, contact_phone, address, iban)",
                    to -> {
                        for (int id = 1; id <= suppliers; id++) {
                            var dice = new Dice(seed, "supplier", id);
                            var contact = new Person(seed, "contact", id, countries, today);
                            to.add(
                                    contact.lastName + " & Co. " + id,
                                    contact.fullName(),
                                    contact.email,
                                    contact.phone(),
                                    dice.chance(0.1) ? null : address(dice, contact.country),
                                    contact.country.iban(dice));
                        }
                    });
            fill(
                    "shop.product (id, category_id, supplier_id, sku, name, description, price, weight_kg, tags, attributes, active, created_at, updated_at)",
                    to -> {
                        for (int id = 1; id <= products; id++) {
                            var dice = new Dice(seed, "product", id);
                            String good = dice.of(GOODS);
                            String kind = dice.of(KINDS);
                            Instant created = dice.between(now.minus(Duration.ofDays(1500)), now);
                            to.add(
                                    id,
                                    1 + dice.below(40),
                                    1 + dice.skewed(suppliers),
                                    dice.fill("@@-####-") + id,
                                    kind + " " + good,
                                    dice.chance(0.2)
                                            ? null
                                            : "%s.\nThe %s that lasts: 100%% \"%s\", tab\there, back\\slash there."
                                                    .formatted(
                                                            good,
                                                            good.toLowerCase(Locale.ROOT),
                                                            kind),
                                    price(id),
                                    dice.chance(0.1) ? null : dice.skewed(30_000) / 1000.0f,
                                    "{" + kind + "}",
                                    "{\"colour\": \"%s\", \"warranty\": {\"years\": %d}}"
                                            .formatted(kind, dice.below(5)),
                                    dice.chance(0.9),
                                    created,
                                    created);
                        }
                    });
            fill(
                    "shop.product_price (product_id, valid, price)",
                    to -> {
                        for (int id = 1; id <= products; id++) {
                            LocalDate change =
                                    today.minusDays(1 + new Dice(seed, "change", id).below(900));
                            to.add(id, "(," + change + ")", price(id).add(BigDecimal.ONE));
                            to.add(id, "[" + change + ",)", price(id));
                        }
                    });
            fill(
                    "shop.warehouse (id, name, address, opens, closes)",
                    to -> {
                        for (int id = 1; id <= 3; id++) {
                            var dice = new Dice(seed, "warehouse", id);
                            Country country = countries.get(id);
                            to.add(
                                    id,
                                    country.cities().getFirst(),
                                    address(dice, country),
                                    "05:30",
                                    "22:00");
                        }
                    });
            fill(
                    "shop.stock (warehouse_id, product_id, quantity, counted_at)",
                    to -> {
                        for (int warehouse = 1; warehouse <= 3; warehouse++) {
                            for (int id = 1; id <= products; id++) {
                                var dice = new Dice(seed, "stock" + warehouse, id);
                                to.add(
                                        warehouse,
                                        id,
                                        dice.skewed(500),
                                        dice.chance(0.3) ? null : now);
                            }
                        }
                    });
        }

        void people() throws SQLException {
            fill(
                    "shop.customer (id, number, gender, first_name, last_name, email, phones, birth_date, national_id, country, status, preferences, note, registered_at, updated_at)",
                    to -> eachCustomer(customer -> customer(to, customer)));
            fill(
                    "shop.address (id, customer_id, recipient, street, postcode, city, country, location, is_default)",
                    to -> eachCustomer(customer -> addresses(to, customer)));
            fill(
                    "shop.loyalty_card (card_number, customer_id, tier, points, issued_on)",
                    to ->
                            eachCustomer(customer -> {
                                var dice = new Dice(seed, "card", customer.number);
                                if (customer.isCanary() || dice.chance(0.35)) {
                                    to.add(
                                            customer.isCanary()
                                                    ? Canary.CARD
                                                    : "80%05d%09d"
                                                            .formatted(
                                                                    dice.below(100_000),
                                                                    customer.number),
                                            customer.number,
                                            dice.of("bronze", "bronze", "silver", "gold"),
                                            dice.skewed(20_000),
                                            day(customer.registeredAt));
                                }
                            }));
            fill(
                    "shop.newsletter_subscription (email, first_name, topics, confirmed_from, confirmed_at)",
                    to ->
                            eachCustomer(customer -> {
                                var dice = new Dice(seed, "newsletter", customer.number);
                                boolean confirmed = customer.isCanary() || dice.chance(0.8);
                                if (customer.isCanary() || dice.chance(0.5)) {
                                    to.add(
                                            customer.email,
                                            dice.chance(0.7) ? customer.firstName : null,
                                            dice.of(
                                                    "{offers}",
                                                    "{offers,\"new arrivals\"}",
                                                    "{events,recipes}",
                                                    "{}"),
                                            confirmed ? ip(dice) : null,
                                            confirmed
                                                    ? dice.between(customer.registeredAt, now)
                                                    : null);
                                }
                            }));
            fill(
                    "shop.coupon (code, percent, valid, issued_to)",
                    to -> {
                        for (int id = 1; id <= coupons; id++) {
                            var dice = new Dice(seed, "coupon", id);
                            LocalDate from = today.minusDays(dice.below(1000));
                            to.add(
                                    "SAVE-" + id,
                                    5 * (1 + dice.below(10)),
                                    "[" + from + "," + from.plusDays(30) + ")",
                                    dice.chance(0.5) ? null : 1 + dice.below(customers));
                        }
                    });
            fill(
                    "hr.department (id, name, cost_centre, head_id)",
                    to -> {
                        for (int id = 1; id <= DEPARTMENTS.size(); id++) {
                            to.add(id, DEPARTMENTS.get(id - 1), "CC%04d".formatted(10 * id), id);
                        }
                    });
            fill(
                    "hr.employee (id, department_id, manager_id, first_name, last_name, work_email, private_phone, birth_date, hired_on, left_on, salary, iban, tax_number, home, emergency_contact, photo)",
                    this::employees);
            fill(
                    "hr.absence (employee_id, kind, days, remark)",
                    to -> {
                        for (int id = 1; id <= employees; id++) {
                            var dice = new Dice(seed, "absence", id);
                            LocalDate from = today.minusDays(1000);
                            for (int i = dice.below(8); i > 0; i--) {
                                from = from.plusDays(20 + dice.below(80));
                                LocalDate until = from.plusDays(1 + dice.below(15));
                                to.add(
                                        id,
                                        dice.of("holiday", "holiday", "sickness", "training"),
                                        "[" + from + "," + until + ")",
                                        dice.chance(0.2)
                                                ? employee(id).firstName + " sent a certificate"
                                                : null);
                            }
                        }
                    });
        }

        private void customer(CopyRows to, Person customer) {
            var dice = new Dice(seed, "account", customer.number);
            String note =
                    customer.isCanary() || dice.chance(0.15)
                            ? dice.of(
                                            "%1$s prefers to be called at %3$s after six.",
                                            "Spoke to %1$s; wants mails to %2$s only.\nVery friendly.",
                                            "%1$s moved house, see %2$s.")
                                    .formatted(
                                            customer.fullName(), customer.email, customer.phone())
                            : null;
            to.add(
                    customer.number,
                    customerNumber(customer),
                    customer.gender,
                    customer.firstName,
                    customer.lastName,
                    customer.email,
                    customer.phones.isEmpty() ? "{}" : array(customer.phones),
                    dice.chance(0.3) ? null : customer.birthDate,
                    customer.nationalId,
                    customer.country.code(),
                    dice.of("active", "active", "active", "dormant", "blocked"),
                    preferences(dice, customer),
                    note,
                    customer.registeredAt,
                    dice.between(customer.registeredAt, now));
        }

        private String preferences(Dice dice, Person customer) {
            if (!customer.isCanary() && dice.chance(0.2)) {
                return "{}";
            }
            return """
            {"language": "%s", "newsletter": %b, "contact": {"email": "%s", "name": "%s", "hours": "%s"}, "household": [{"name": "%s", "born": %d}]}\
            """
                    .formatted(
                            customer.country.code(),
                            dice.chance(0.5),
                            customer.email,
                            customer.fullName(),
                            dice.of("mornings", "evenings", "any"),
                            dice.of(customer.country.firstNames()) + " " + customer.lastName,
                            1940 + dice.below(80));
        }

        private void addresses(CopyRows to, Person customer) {
            for (int i = 0; i < DemoShop.this.addresses(customer.number); i++) {
                var dice = new Dice(seed, "address" + i, customer.number);
                to.add(
                        addressNumber(customer.number, i),
                        customer.number,
                        i == 0 ? customer.fullName() : "c/o " + customer.lastName,
                        street(customer, i),
                        dice.fill(customer.country.postcode()),
                        dice.of(customer.country.cities()),
                        customer.country.code(),
                        dice.chance(0.4)
                                ? "(%d.%04d,%d.%04d)"
                                        .formatted(
                                                dice.below(60),
                                                dice.below(10_000),
                                                dice.below(60),
                                                dice.below(10_000))
                                : null,
                        i == 0);
            }
        }

        private void employees(CopyRows to) {
            for (int id = 1; id <= employees; id++) {
                var dice = new Dice(seed, "work", id);
                Person employee = employee(id);
                LocalDate hired = today.minusDays(400 + dice.below(4000));
                to.add(
                        id,
                        1 + (id - 1) % DEPARTMENTS.size(),
                        id == 1 ? null : 1 + (id - 2) / 6,
                        employee.firstName,
                        employee.lastName,
                        employee.email.replaceFirst("@.*", "@shop.example"),
                        employee.phone(),
                        employee.birthDate,
                        hired,
                        dice.chance(0.15) ? hired.plusDays(dice.below(400)) : null,
                        BigDecimal.valueOf(2_400_00 + dice.skewed(9_000_00), 2),
                        employee.country.iban(dice),
                        dice.fill("##/###/") + "%05d".formatted(id),
                        address(dice, employee.country),
                        dice.chance(0.6)
                                ? "{\"name\": \"%s\", \"phone\": \"%s\"}"
                                        .formatted(
                                                dice.of(employee.country.firstNames())
                                                        + " "
                                                        + employee.lastName,
                                                employee.country.phone(dice))
                                : null,
                        dice.chance(0.3)
                                ? "\\x%016x%016x".formatted(dice.next(), dice.next())
                                : null);
            }
        }

        void trade() throws SQLException {
            fill(
                    "shop.orders (id, customer_id, shipping_address_id, coupon_code, status, total, currency, client_ip, comment, placed_at, updated_at)",
                    to ->
                            eachOrder(order -> {
                                var dice = new Dice(seed, "ordering", order.id());
                                Person customer = order.customer();
                                int address =
                                        customer.isCanary()
                                                ? 0
                                                : dice.below(
                                                        DemoShop.this.addresses(customer.number));
                                to.add(
                                        order.id(),
                                        customer.number,
                                        addressNumber(customer.number, address),
                                        dice.chance(0.1)
                                                ? "SAVE-" + (1 + dice.below(coupons))
                                                : null,
                                        order.status(),
                                        order.total(),
                                        customer.country.currency(),
                                        customer.isCanary()
                                                ? Canary.IP
                                                : dice.chance(0.1) ? null : ip(dice),
                                        customer.isCanary() || dice.chance(0.05)
                                                ? "Please ring twice, "
                                                        + customer.fullName()
                                                        + ", "
                                                        + customer.phone()
                                                : null,
                                        order.placedAt(),
                                        order.placedAt().plusSeconds(dice.below(500_000)));
                            }));
            fill(
                    "shop.order_item (order_id, line, product_id, quantity, unit_price, gift_message)",
                    to ->
                            eachOrder(order -> {
                                var dice = new Dice(seed, "gift", order.id());
                                boolean gift = order.customer().isCanary() || dice.chance(0.05);
                                int line = 0;
                                for (Item item : order.items()) {
                                    line++;
                                    to.add(
                                            order.id(),
                                            line,
                                            item.product,
                                            item.quantity,
                                            price(item.product),
                                            gift && line == 1
                                                    ? "Happy birthday! Yours, "
                                                            + order.customer().firstName
                                                            + " 🎂"
                                                    : null);
                                }
                            }));
            fill(
                    "shop.payment (id, order_id, method, amount, holder, iban, card_last_four, paid_at)",
                    to -> eachOrder(order -> payment(to, order)));
            fill(
                    "shop.invoice (number, order_id, billed_to, issued_on, total)",
                    to ->
                            eachOrder(order -> {
                                if (order.paid()) {
                                    LocalDate day = day(order.placedAt());
                                    to.add(
                                            "INV-%d-%08d".formatted(day.getYear(), order.id()),
                                            order.id(),
                                            order.customer().fullName()
                                                    + ", "
                                                    + street(order.customer(), 0),
                                            day,
                                            order.total());
                                }
                            }));
            fill(
                    "shop.shipment (order_id, warehouse_id, tracking_number, recipient, recipient_phone, signature, transit, shipped_at)",
                    to -> eachOrder(order -> shipment(to, order)));
            fill(
                    "shop.cart (id, customer_id, items, updated_at)",
                    to ->
                            eachCustomer(customer -> {
                                var dice = new Dice(seed, "cart", customer.number);
                                if (dice.chance(0.3)) {
                                    to.add(
                                            dice.uuid(),
                                            dice.chance(0.3) ? null : customer.number,
                                            "[{\"product\": %d, \"quantity\": %d}]"
                                                    .formatted(
                                                            1 + dice.skewed(products),
                                                            1 + dice.below(3)),
                                            dice.between(customer.registeredAt, now));
                                }
                            }));
            fill(
                    "shop.wish (customer_id, product_id, wished_on)",
                    to ->
                            eachCustomer(customer -> {
                                var dice = new Dice(seed, "wish", customer.number);
                                int first = dice.below(products);
                                for (int i = dice.skewed(5); i > 0; i--) {
                                    to.add(
                                            customer.number,
                                            1 + (first + 7 * i) % products,
                                            day(dice.between(customer.registeredAt, now)));
                                }
                            }));
        }

        private void payment(CopyRows to, Order order) {
            if (!order.paid()) {
                return;
            }
            var dice = new Dice(seed, "payment", order.id());
            Person customer = order.customer();
            String method =
                    customer.isCanary()
                            ? "bank transfer"
                            : dice.of(
                                    "card", "card", "bank transfer", "cash on delivery", "voucher");
            boolean transfer = method.equals("bank transfer");
            boolean card = method.equals("card");
            to.add(
                    order.id(),
                    order.id(),
                    method,
                    order.total(),
                    transfer || card ? customer.fullName() : null,
                    transfer
                            ? customer.isCanary() ? Canary.IBAN : customer.country.iban(dice)
                            : null,
                    card ? dice.fill("####") : null,
                    order.placedAt().plusSeconds(dice.below(100_000)));
        }

        private void shipment(CopyRows to, Order order) {
            if (!order.sent()) {
                return;
            }
            var dice = new Dice(seed, "shipment", order.id());
            Person customer = order.customer();
            to.add(
                    order.id(),
                    1 + dice.skewed(3),
                    (customer.isCanary() ? Canary.TRACKING : dice.fill("@@####"))
                            + "-"
                            + order.id(),
                    customer.fullName(),
                    customer.phone(),
                    dice.chance(0.2) ? "\\x%016x".formatted(dice.next()) : null,
                    dice.chance(0.3)
                            ? null
                            : (1 + dice.below(5)) + " days " + dice.below(24) + " hours",
                    order.placedAt().plusSeconds(100_000 + dice.below(400_000)));
        }

        void talk() throws SQLException {
            fill(
                    "shop.review (product_id, customer_id, stars, body, written_at)",
                    to ->
                            eachCustomer(customer -> {
                                var dice = new Dice(seed, "review", customer.number);
                                int first = dice.below(products);
                                for (int i = dice.skewed(4); i > 0; i--) {
                                    to.add(
                                            1 + (first + 11 * i) % products,
                                            customer.number,
                                            5 - dice.skewed(5),
                                            dice.chance(0.3)
                                                    ? null
                                                    : dice.of(
                                                                    "Does what it should.",
                                                                    "Broke after a week :(",
                                                                    "Schöne Qualität, gerne wieder! 👍")
                                                            + " "
                                                            + customer.firstName,
                                            dice.between(customer.registeredAt, now));
                                }
                            }));
            fill(
                    "shop.session (id, customer_id, client_ip, user_agent, started_at)",
                    to ->
                            eachSession((customer, dice) ->
                                    to.add(
                                            dice.uuid(),
                                            dice.chance(0.2) ? null : customer.number,
                                            customer.isCanary() ? Canary.IP : ip(dice),
                                            dice.chance(0.3)
                                                    ? null
                                                    : "Mozilla/5.0 (X11; Linux x86_64)",
                                            dice.between(customer.registeredAt, now))));
            fill(
                    "shop.page_view (session_id, path, viewed_at)",
                    to ->
                            eachSession((customer, dice) -> {
                                Object session = dice.uuid();
                                for (int i = dice.skewed(6); i >= 0; i--) {
                                    to.add(
                                            session,
                                            "/product/" + (1 + dice.skewed(products)),
                                            local(dice.between(customer.registeredAt, now)));
                                }
                            }));
            fill(
                    "shop.page_view_in_app (session_id, path, viewed_at, app_version)",
                    to ->
                            eachSession((customer, dice) -> {
                                Object session = dice.uuid();
                                if (dice.chance(0.2)) {
                                    to.add(
                                            session,
                                            "/basket",
                                            local(dice.between(customer.registeredAt, now)),
                                            "4." + dice.below(9));
                                }
                            }));
            fill(
                    "support.ticket (id, customer_id, order_id, assignee_id, subject, notes, priority, status, tags, opened_at, closed_at)",
                    to -> eachTicket((order, dice) -> ticket(to, order, dice)));
            fill(
                    "support.ticket_message (ticket_id, position, author_name, author_email, body, sent_at)",
                    to -> eachTicket((order, dice) -> messages(to, order, dice)));
            fill(
                    "support.callback_request (customer_number, phone, wanted_at)",
                    to ->
                            eachCustomer(customer -> {
                                var dice = new Dice(seed, "callback", customer.number);
                                String phone = customer.phone();
                                if (phone != null && (customer.isCanary() || dice.chance(0.05))) {
                                    to.add(
                                            customerNumber(customer),
                                            phone,
                                            dice.between(customer.registeredAt, now));
                                }
                            }));
        }

        private void eachSession(BiConsumer<Person, Dice> action) {
            eachCustomer(customer -> {
                var dice = new Dice(seed, "session", customer.number);
                if (customer.isCanary() || dice.chance(0.6)) {
                    action.accept(customer, dice);
                }
            });
        }

        /// A ticket has its order's number.
        private void eachTicket(BiConsumer<Order, Dice> action) {
            eachOrder(order -> {
                var dice = new Dice(seed, "ticket", order.id());
                if (order.customer().isCanary() || dice.chance(0.15)) {
                    action.accept(order, dice);
                }
            });
        }

        private void ticket(CopyRows to, Order order, Dice dice) {
            Person customer = order.customer();
            Instant opened = dice.between(order.placedAt(), now);
            String status = dice.of("open", "waiting", "solved", "closed", "closed", "closed");
            to.add(
                    order.id(),
                    customer.number,
                    dice.chance(0.3) ? null : order.id(),
                    dice.chance(0.2) ? null : 1 + dice.below(employees),
                    dice.of(
                            "Where is my order?",
                            "Wrong colour",
                            "Invoice please",
                            "Please delete my account"),
                    dice.of(
                                    "%1$s called from %3$s and asked for a refund; confirmed to %2$s.",
                                    "Customer (%2$s) is upset. Sent a voucher to Mr or Ms %4$s.",
                                    "Address changed to %5$s as %1$s wished.")
                            .formatted(
                                    customer.fullName(),
                                    customer.email,
                                    customer.phone(),
                                    customer.lastName,
                                    street(customer, 0)),
                    dice.of("low", "normal", "normal", "high", "urgent"),
                    status,
                    dice.of("{}", "{refund}", "{refund,vip}", "{delivery,\"second time\"}"),
                    opened,
                    status.equals("closed") ? opened.plusSeconds(dice.below(900_000)) : null);
        }

        private void messages(CopyRows to, Order order, Dice dice) {
            Person customer = order.customer();
            Instant sent = order.placedAt();
            int messages = 1 + dice.skewed(7);
            for (int position = 1; position <= messages; position++) {
                boolean answer = position % 2 == 0;
                Person author = answer ? employee(1 + dice.below(employees)) : customer;
                sent = sent.plusSeconds(1 + dice.below(90_000));
                to.add(
                        order.id(),
                        position,
                        author.fullName(),
                        answer ? author.email.replaceFirst("@.*", "@shop.example") : author.email,
                        answer
                                ? "Dear "
                                        + customer.fullName()
                                        + ",\nthank you for your patience.\n"
                                        + author.firstName
                                : "Hello,\nI am still waiting. My number is "
                                        + customer.phone()
                                        + ".\n"
                                        + customer.fullName(),
                        sent);
            }
        }

        private static String customerNumber(Person customer) {
            return "C-%08d".formatted(customer.number);
        }

        private static LocalDateTime local(Instant time) {
            return LocalDateTime.ofInstant(time, ZoneOffset.UTC);
        }
    }
}
