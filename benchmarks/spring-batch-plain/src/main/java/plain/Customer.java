package plain;

import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.OffsetDateTime;

record Customer(
        long id,
        String email,
        String firstName,
        String lastName,
        String phone,
        String taxNumber,
        LocalDate birthDate,
        BigDecimal balance,
        OffsetDateTime registeredAt,
        String status,
        boolean subscribed,
        String note,
        String city,
        int visits) {

    static final String INSERT =
            "INSERT INTO customer VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    static Customer read(ResultSet row, int number) throws SQLException {
        return new Customer(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getString(6),
                row.getObject(7, LocalDate.class),
                row.getBigDecimal(8),
                row.getObject(9, OffsetDateTime.class),
                row.getString(10),
                row.getBoolean(11),
                row.getString(12),
                row.getString(13),
                row.getInt(14));
    }

    void write(PreparedStatement insert) throws SQLException {
        insert.setLong(1, id);
        insert.setString(2, email);
        insert.setString(3, firstName);
        insert.setString(4, lastName);
        insert.setString(5, phone);
        insert.setString(6, taxNumber);
        insert.setObject(7, birthDate);
        insert.setBigDecimal(8, balance);
        insert.setObject(9, registeredAt);
        insert.setString(10, status);
        insert.setBoolean(11, subscribed);
        insert.setString(12, note);
        insert.setString(13, city);
        insert.setInt(14, visits);
    }
}
