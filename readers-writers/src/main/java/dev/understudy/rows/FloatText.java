package dev.understudy.rows;

/// Floating point numbers as PostgreSQL shows them: the fewest digits that read back as the same
/// number, as an exponent below 1e-4 and from 1e6 (float4) or 1e15 (float8) on.
final class FloatText {
    private FloatText() {}

    static void append(float value, StringBuilder out) {
        if (!special(value, out)) {
            String text = Float.toString(value);
            String shorter = oneDigit(text);
            boolean same = !shorter.isEmpty() && Float.parseFloat(shorter) == value;
            layOut(same ? shorter : text, 6, out);
        }
    }

    static void append(double value, StringBuilder out) {
        if (!special(value, out)) {
            String text = Double.toString(value);
            String shorter = oneDigit(text);
            boolean same = !shorter.isEmpty() && Double.parseDouble(shorter) == value;
            layOut(same ? shorter : text, 15, out);
        }
    }

    private static boolean special(double value, StringBuilder out) {
        if (Double.isNaN(value)) {
            out.append("NaN");
        } else if (Double.isInfinite(value)) {
            out.append(value > 0 ? "Infinity" : "-Infinity");
        } else if (value == 0) {
            out.append(1 / value < 0 ? "-0" : "0");
        } else {
            return false;
        }
        return true;
    }

    // Java's shortest form has two digits at least: 4.9E-324, where 5e-324 is enough.
    private static String oneDigit(String text) {
        int first = text.charAt(0) == '-' ? 1 : 0;
        if (text.indexOf('E') != first + 3 || text.charAt(first + 2) == '0') {
            return "";
        }
        int digit = text.charAt(first) - '0' + (text.charAt(first + 2) >= '5' ? 1 : 0);
        return digit > 9 ? "" : text.substring(0, first) + digit + ".0" + text.substring(first + 3);
    }

    private static void layOut(String java, int exponentFrom, StringBuilder out) {
        var digits = new StringBuilder(20);
        int exponent = 0;
        int point = -1;
        for (int i = 0; i < java.length(); i++) {
            char c = java.charAt(i);
            if (c == '-') {
                out.append('-');
            } else if (c == '.') {
                point = digits.length();
            } else if (c == 'E') {
                exponent = Integer.parseInt(java, i + 1, java.length(), 10);
                break;
            } else {
                digits.append(c);
            }
        }
        int leading = 0;
        while (digits.charAt(leading) == '0') {
            leading++;
        }
        exponent += point - leading - 1; // of the first significant digit
        digits.delete(0, leading);
        while (digits.length() > 1 && digits.charAt(digits.length() - 1) == '0') {
            digits.setLength(digits.length() - 1);
        }
        if (exponent < -4 || exponent >= exponentFrom) {
            out.append(digits.charAt(0));
            if (digits.length() > 1) {
                out.append('.').append(digits, 1, digits.length());
            }
            int size = Math.abs(exponent);
            out.append('e').append(exponent < 0 ? '-' : '+').append(size < 10 ? "0" : "");
            out.append(size);
        } else if (exponent < 0) {
            out.append("0.").repeat('0', -exponent - 1).append(digits);
        } else if (digits.length() <= exponent + 1) {
            out.append(digits).repeat('0', exponent + 1 - digits.length());
        } else {
            out.append(digits, 0, exponent + 1).append('.');
            out.append(digits, exponent + 1, digits.length());
        }
    }
}
