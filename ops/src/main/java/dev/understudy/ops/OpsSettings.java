package dev.understudy.ops;

import dev.understudy.config.Secret;
import dev.understudy.rows.Failure;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/// Where the web interface listens, and who may ask.
///
/// @param address an IP address or a host's name
/// @param port 0 for any free one
/// @param token that every request must bring as `Authorization: Bearer`; may be empty on a
///   loopback address only
public record OpsSettings(String address, int port, Optional<Secret> token) {
    /// The fewest characters of a token.
    public static final int SHORTEST_TOKEN = 16;

    public OpsSettings {
        if (port < 0 || port > 65_535) {
            throw new Failure(
                    Failure.Kind.CONFIG, "the port must be from 0 to 65535, but is " + port);
        }
        if (token.isEmpty() && !loopback(address)) {
            throw new Failure(
                    Failure.Kind.CONFIG,
                    "serving on %s lets other machines in: set UNDERSTUDY_TOKEN to a token of at least %d characters, or serve on 127.0.0.1"
                            .formatted(address, SHORTEST_TOKEN));
        }
        token.ifPresent(each -> {
            if (each.reveal().length() < SHORTEST_TOKEN) {
                throw new Failure(
                        Failure.Kind.CONFIG,
                        "the token has %d characters, but needs at least %d"
                                .formatted(each.reveal().length(), SHORTEST_TOKEN));
            }
        });
    }

    private static boolean loopback(String address) {
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new Failure(Failure.Kind.CONFIG, "no such address to serve on: " + address, e);
        }
    }
}
