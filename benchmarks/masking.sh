#!/usr/bin/env bash
# Measures what maskers cost a value, in nanoseconds and in allocated bytes, by JMH: all, or those that are named.
#   masking.sh [MASKER ...]
# All of them take about eight minutes; the table also goes to results/masking-<date>.md.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

use_jdk
"$BENCH_HOME/../build" package -Pbenchmarks -pl benchmarks/masking -am
target=$BENCH_HOME/masking/target
report=/dev/null
[ $# -gt 0 ] || report=$BENCH_HOME/results/masking-$(date +%F).md
"$JAVA_HOME/bin/java" -Xmx256m --sun-misc-unsafe-memory-access=allow -Djmh.ignoreLock=true -cp "$target/classes:$target/lib/*" \
  dev.understudy.benchmarks.masking.Main "$@" | tee "$report"
