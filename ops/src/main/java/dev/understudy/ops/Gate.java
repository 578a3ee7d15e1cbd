package dev.understudy.ops;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Stands before every request: who may not ask gets nothing, and nobody may change anything.
final class Gate implements Filter {
    private static final Set<String> LOCAL_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

    private final Optional<byte[]> authorization;

    Gate(OpsSettings settings) {
        authorization = settings.token().map(token -> utf8("Bearer " + token.reveal()));
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        var http = (HttpServletRequest) request;
        var answer = (HttpServletResponse) response;
        answer.setHeader("X-Content-Type-Options", "nosniff");
        answer.setHeader("Cache-Control", "no-store");
        answer.setHeader(
                "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
        int refusal = refusal(http);
        if (refusal != 0) {
            // Not sendError: the error page would say more than the number.
            answer.setStatus(refusal);
            return;
        }
        chain.doFilter(request, response);
    }

    private int refusal(HttpServletRequest request) {
        if (authorization.isPresent()) {
            String given = request.getHeader("Authorization");
            // isEqual takes the same time wherever the two differ.
            if (given == null || !MessageDigest.isEqual(authorization.get(), utf8(given))) {
                return HttpServletResponse.SC_UNAUTHORIZED;
            }
        } else if (!local(request.getHeader("Host"))) {
            // A web page elsewhere whose name was rebound to 127.0.0.1 names itself here.
            return HttpServletResponse.SC_FORBIDDEN;
        }
        return request.getMethod().equals("GET") ? 0 : HttpServletResponse.SC_METHOD_NOT_ALLOWED;
    }

    private static boolean local(@Nullable String host) {
        if (host == null) {
            return false;
        }
        return LOCAL_NAMES.contains(host.replaceFirst(":\\d+$", ""));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
