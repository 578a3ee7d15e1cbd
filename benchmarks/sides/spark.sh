#!/usr/bin/env bash
# The reference of a lake: Spark local[2] from JDBC to Parquet, six columns masked with its own functions.
set -euo pipefail
. "$BENCH_DIR/servers.env"
export BENCH_SOURCE_URL=jdbc:postgresql://127.0.0.1:$SOURCE_PORT/$1
export BENCH_LAKE=$2 SPARK_LOCAL_IP=127.0.0.1 SPARK_LOCAL_DIRS=$BENCH_DIR/spark
cd "$BENCH_HOME/spark/target"
# What Spark's own launcher opens.
opens=()
for package in java.lang java.lang.invoke java.lang.reflect java.io java.net java.nio java.util java.util.concurrent \
    java.util.concurrent.atomic sun.nio.ch sun.nio.cs sun.security.action sun.util.calendar jdk.internal.ref; do
  opens+=("--add-opens=java.base/$package=ALL-UNNAMED")
done
exec "$JAVA_HOME/bin/java" -Xmx4g "${opens[@]}" -Djdk.reflect.useDirectMethodHandle=false -Dio.netty.tryReflectionSetAccessible=true \
  -cp 'job.jar:lib/*' lake.SparkLake
