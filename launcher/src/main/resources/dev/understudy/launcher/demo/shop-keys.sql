-- What is quicker to make after the rows: indexes, foreign keys, triggers, views.
CREATE UNIQUE INDEX customer_email_folded ON shop.customer (lower(email));
CREATE UNIQUE INDEX customer_national_id ON shop.customer (national_id) WHERE national_id IS NOT NULL;
CREATE INDEX customer_name ON shop.customer (last_name, first_name);
CREATE INDEX customer_preferences ON shop.customer USING gin (preferences jsonb_path_ops);
CREATE UNIQUE INDEX address_default ON shop.address (customer_id) WHERE is_default;
CREATE INDEX product_words ON shop.product USING gin (words);
CREATE INDEX orders_customer ON shop.orders (customer_id, placed_at DESC) INCLUDE (total);
CREATE INDEX orders_placed_at ON shop.orders USING brin (placed_at);
CREATE INDEX orders_open ON shop.orders (placed_at) WHERE status IN ('placed', 'paid');
CREATE INDEX payment_order ON shop.payment (order_id);
CREATE INDEX page_view_session ON shop.page_view USING hash (session_id);
CREATE INDEX ticket_customer ON support.ticket (customer_id);
ALTER TABLE shop.product_price ADD CONSTRAINT one_price_at_a_time
    EXCLUDE USING gist (product_id WITH =, valid WITH &&);
ALTER TABLE hr.absence ADD CONSTRAINT one_absence_at_a_time
    EXCLUDE USING gist (employee_id WITH =, days WITH &&);

ALTER TABLE shop.country ADD FOREIGN KEY (currency) REFERENCES shop.currency;
ALTER TABLE shop.category ADD FOREIGN KEY (parent_id) REFERENCES shop.category;
ALTER TABLE shop.product
    ADD FOREIGN KEY (category_id) REFERENCES shop.category,
    ADD FOREIGN KEY (supplier_id) REFERENCES shop.supplier,
    ADD FOREIGN KEY (currency) REFERENCES shop.currency;
ALTER TABLE shop.product_price ADD FOREIGN KEY (product_id) REFERENCES shop.product ON DELETE CASCADE;
ALTER TABLE shop.customer ADD FOREIGN KEY (country) REFERENCES shop.country ON UPDATE CASCADE;
ALTER TABLE shop.address
    ADD FOREIGN KEY (customer_id) REFERENCES shop.customer ON DELETE CASCADE,
    ADD FOREIGN KEY (country) REFERENCES shop.country;
ALTER TABLE shop.loyalty_card ADD FOREIGN KEY (customer_id) REFERENCES shop.customer ON DELETE CASCADE;
ALTER TABLE shop.coupon ADD FOREIGN KEY (issued_to) REFERENCES shop.customer ON DELETE SET NULL;
ALTER TABLE shop.orders
    ADD FOREIGN KEY (customer_id) REFERENCES shop.customer,
    ADD FOREIGN KEY (shipping_address_id) REFERENCES shop.address,
    ADD FOREIGN KEY (coupon_code) REFERENCES shop.coupon,
    ADD FOREIGN KEY (currency) REFERENCES shop.currency;
ALTER TABLE shop.order_item
    ADD FOREIGN KEY (order_id) REFERENCES shop.orders ON DELETE CASCADE,
    ADD FOREIGN KEY (product_id) REFERENCES shop.product;
ALTER TABLE shop.payment ADD FOREIGN KEY (order_id) REFERENCES shop.orders;
ALTER TABLE shop.invoice
    ADD FOREIGN KEY (order_id) REFERENCES shop.orders DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE shop.stock
    ADD FOREIGN KEY (warehouse_id) REFERENCES shop.warehouse,
    ADD FOREIGN KEY (product_id) REFERENCES shop.product;
ALTER TABLE shop.shipment
    ADD FOREIGN KEY (order_id) REFERENCES shop.orders,
    ADD FOREIGN KEY (warehouse_id) REFERENCES shop.warehouse;
ALTER TABLE shop.cart ADD FOREIGN KEY (customer_id) REFERENCES shop.customer ON DELETE CASCADE;
ALTER TABLE shop.wish
    ADD FOREIGN KEY (customer_id) REFERENCES shop.customer ON DELETE CASCADE,
    ADD FOREIGN KEY (product_id) REFERENCES shop.product;
ALTER TABLE shop.review
    ADD FOREIGN KEY (product_id) REFERENCES shop.product,
    ADD FOREIGN KEY (customer_id) REFERENCES shop.customer;
ALTER TABLE shop.session ADD FOREIGN KEY (customer_id) REFERENCES shop.customer ON DELETE SET NULL;
-- A circle: a department has a head, who works in a department.
ALTER TABLE hr.department
    ADD FOREIGN KEY (head_id) REFERENCES hr.employee DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE hr.employee
    ADD FOREIGN KEY (department_id) REFERENCES hr.department,
    ADD FOREIGN KEY (manager_id) REFERENCES hr.employee;
ALTER TABLE hr.absence ADD FOREIGN KEY (employee_id) REFERENCES hr.employee;
ALTER TABLE support.ticket
    ADD FOREIGN KEY (customer_id) REFERENCES shop.customer,
    ADD FOREIGN KEY (order_id) REFERENCES shop.orders,
    ADD FOREIGN KEY (assignee_id) REFERENCES hr.employee;
ALTER TABLE support.ticket_message ADD FOREIGN KEY (ticket_id) REFERENCES support.ticket ON DELETE CASCADE;

CREATE FUNCTION shop.touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END $$;
COMMENT ON FUNCTION shop.touch() IS 'Keeps updated_at true';
CREATE TRIGGER customer_touch BEFORE UPDATE ON shop.customer FOR EACH ROW EXECUTE FUNCTION shop.touch();
CREATE TRIGGER orders_touch BEFORE UPDATE ON shop.orders FOR EACH ROW EXECUTE FUNCTION shop.touch();
CREATE TRIGGER product_touch BEFORE UPDATE ON shop.product FOR EACH ROW EXECUTE FUNCTION shop.touch();

CREATE FUNCTION shop.remember() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    INSERT INTO shop.audit_log (table_name, action, before, after)
    VALUES (TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW));
    RETURN NULL;
END $$;
CREATE TRIGGER customer_audit AFTER UPDATE OR DELETE ON shop.customer
    FOR EACH ROW EXECUTE FUNCTION shop.remember();
CREATE TRIGGER employee_audit AFTER UPDATE ON hr.employee
    FOR EACH ROW WHEN (OLD.salary IS DISTINCT FROM NEW.salary) EXECUTE FUNCTION shop.remember();

CREATE FUNCTION shop.spent_by(customer bigint) RETURNS numeric LANGUAGE sql STABLE AS $$
    SELECT coalesce(sum(total), 0) FROM shop.orders WHERE customer_id = customer AND status <> 'cancelled'
$$;
CREATE PROCEDURE support.close_old_tickets(before timestamptz) LANGUAGE sql AS $$
    UPDATE support.ticket SET status = 'closed', closed_at = before WHERE status = 'solved' AND opened_at < before
$$;

CREATE VIEW shop.customer_summary AS
    SELECT c.id, c.full_name, c.email, a.city, count(o.id) AS orders, sum(o.total) AS spent
    FROM shop.customer c
    LEFT JOIN shop.address a ON a.customer_id = c.id AND a.is_default
    LEFT JOIN shop.orders o ON o.customer_id = c.id
    GROUP BY c.id, c.full_name, c.email, a.city;
CREATE VIEW support.open_ticket WITH (security_barrier) AS
    SELECT t.id, t.subject, t.priority, c.full_name, e.last_name AS assignee
    FROM support.ticket t
    JOIN shop.customer c ON c.id = t.customer_id
    LEFT JOIN hr.employee e ON e.id = t.assignee_id
    WHERE t.status IN ('open', 'waiting');
CREATE MATERIALIZED VIEW shop.product_sales AS
    SELECT p.id, p.name, sum(i.quantity) AS sold, sum(i.line_total) AS revenue
    FROM shop.product p JOIN shop.order_item i ON i.product_id = p.id
    GROUP BY p.id, p.name;
CREATE UNIQUE INDEX product_sales_id ON shop.product_sales (id);

-- Some history, as the triggers write it.
INSERT INTO shop.audit_log
    SELECT updated_at, 'postgres', 'shop.customer', 'UPDATE', to_jsonb(c) || '{"status": "blocked"}', to_jsonb(c)
    FROM shop.customer c WHERE id % 50 = 1;
INSERT INTO shop.audit_log
    SELECT hired_on + interval '1 year', 'postgres', 'hr.employee', 'UPDATE', to_jsonb(e) || '{"salary": 1000}', to_jsonb(e)
    FROM hr.employee e WHERE id % 5 = 1;
