-- Numbers and words that look random and are the same at each generation. Dropped when a data set is complete.
CREATE SCHEMA generate;

-- A number in [0, n) that depends on the row and on what it is drawn for.
CREATE FUNCTION generate.draw(row_number bigint, purpose int, n bigint) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (hashint8extended(row_number, purpose) & 9223372036854775807) % n;

CREATE FUNCTION generate.first_name(row_number bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ('{Ada,Alan,Amara,Anna,Aron,Beatriz,Bela,Bruno,Carla,Chen,Clara,Dalia,Daniel,Dora,Edith,Elif,Emil,Esra,Farid,Fatima,Felix,Finn,Frida,Georg,Greta,Hana,Hugo,Ida,Ines,Ivan,Jana,Jonas,Kamal,Karla,Kofi,Lena,Liam,Lina,Luca,Maja,Marco,Maria,Mehmet,Mila,Nadia,Nils,Nora,Olga,Oscar,Paula,Pedro,Priya,Quentin,Rosa,Ruben,Samir,Sofia,Tariq,Thea,Tomas,Uma,Viktor,Wanda,Yusuf}'::text[])[1 + generate.draw(row_number, 1, 64)];

CREATE FUNCTION generate.last_name(row_number bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ('{Abel,Adeyemi,Almeida,Andersen,Aziz,Bakker,Baumann,Bianchi,Brandt,Castillo,Chowdhury,Costa,Demir,Dubois,Eriksen,Fernandez,Fischer,Fontaine,Garcia,Gupta,Haddad,Hansen,Hoffmann,Horvat,Ivanova,Jansen,Johansson,Kaminski,Keller,Khan,Kovacs,Kumar,Larsen,Lefebvre,Lindqvist,Lopez,Marino,Martin,Mbeki,Meyer,Moreau,Nakamura,Nguyen,Novak,Okafor,Olsen,Park,Pereira,Petrov,Popescu,Quinn,Rossi,Ruiz,Sato,Schmidt,Silva,Svensson,Takahashi,Torres,Vargas,Virtanen,Weber,Yilmaz,Zimmermann}'::text[])[1 + generate.draw(row_number, 2, 64)];

CREATE FUNCTION generate.email(row_number bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN lower(generate.first_name(row_number) || '.' || generate.last_name(row_number)) || row_number || '@'
        || ('{mail.test,post.test,inbox.test,office.test}'::text[])[1 + generate.draw(row_number, 3, 4)];

CREATE FUNCTION generate.phone(row_number bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN '+49 30 ' || lpad(generate.draw(row_number, 4, 100000000)::text, 8, '0');

CREATE FUNCTION generate.moment(row_number bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN timestamptz '2019-01-01 00:00:00+00' + generate.draw(row_number, 5, 200000000) * interval '1 second'
        + generate.draw(row_number, 6, 1000000) * interval '1 microsecond';

-- About 190 characters: sentences that repeat, and a number that does not.
CREATE FUNCTION generate.note(row_number bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ('{"Called about the last invoice, will pay by transfer.","Asked for a quote and a delivery before the holidays.","Prefers to be reached in the afternoon, never by mail.","Complained about a late parcel, voucher was sent out.","Changed the delivery address, old one is still open.","Wants the newsletter in another language from now on.","Returned two items of the order, refund is on its way.","No answer after three attempts, try again next month."}'::text[])[1 + generate.draw(row_number, 7, 8)]
        || ' ' || ('{"Met at the fair in spring and again in the autumn.","Recommended by a colleague from the sales office.","Has an open question about the terms of payment.","Long-standing customer, please treat with priority."}'::text[])[1 + generate.draw(row_number, 8, 4)]
        || ' ' || ('{"Contract was renewed without any change of terms.","Contract runs out at the end of the current year."}'::text[])[1 + generate.draw(row_number, 9, 2)]
        || ' Ref. ' || md5(row_number::text);
