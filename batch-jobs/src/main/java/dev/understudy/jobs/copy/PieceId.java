package dev.understudy.jobs.copy;

/// A piece by its split's number and its place there, from 0.
record PieceId(int split, int index) {}
