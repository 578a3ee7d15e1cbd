package dev.understudy.jobs.copy;

import java.util.List;

/// What one worker copies at a time: one range of a large table, or several small tables. The unit
/// of parallel work and of restart.
///
/// @param number from 1, in the order in which splits are started
/// @param title for people: `public.rental[3/8]`, or `41 tables`
/// @param pieces in the order in which they are copied, all of one source
public record Split(int number, String title, List<Piece> pieces) {
    public Split {
        if (number < 1) {
            throw new IllegalArgumentException("a split's number starts at 1 but was " + number);
        }
        pieces = List.copyOf(pieces);
    }
}
