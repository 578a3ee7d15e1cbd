package dev.understudy.jobs.keys;

import java.util.OptionalInt;

/// One thing that was masked with some key.
///
/// @param by what it is, for people: `run 4`, `the twin jdbc:postgresql://dev/shop`
/// @param keyId names the key
/// @param epoch of the key; empty if it was not noted
/// @param standing whether its rows lie in an output of the job now
public record KeyUse(String by, String keyId, OptionalInt epoch, boolean standing) {}
