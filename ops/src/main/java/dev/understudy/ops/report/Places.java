package dev.understudy.ops.report;

/// Addresses as they may be shown.
public final class Places {
    private Places() {}

    /// A URL without its user, its password and its parameters, any of which may be secret.
    public static String shown(String url) {
        int parameters = url.indexOf('?');
        String place = parameters < 0 ? url : url.substring(0, parameters);
        int authority = place.indexOf("://");
        if (authority < 0) {
            return place;
        }
        int path = place.indexOf('/', authority + 3);
        int user = place.lastIndexOf('@', path < 0 ? place.length() : path);
        return user < authority
                ? place
                : place.substring(0, authority + 3) + place.substring(user + 1);
    }
}
