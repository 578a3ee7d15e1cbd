package dev.understudy.masking;

/// By how many days dates may be shifted; never by none.
///
/// @param least negative if earlier
/// @param most not below `least`
record DayRange(int least, int most) {
    static DayRange around(int maxDays) {
        return new DayRange(-maxDays, maxDays);
    }

    /// One of its days, all equally likely.
    int pick(long hash) {
        boolean aroundNone = least < 0 && most > 0;
        int days = least + Bytes.pick(hash, most - least + (aroundNone ? 0 : 1));
        return aroundNone && days >= 0 ? days + 1 : days;
    }
}
