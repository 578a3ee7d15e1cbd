/// What `understudy demo` needs beside the main job: two PostgreSQL servers that need no
/// installing, a generated shop in one of them, and a job config that masks it. Start at {@link
/// dev.understudy.launcher.demo.Demo}.
@NullMarked
package dev.understudy.launcher.demo;

import org.jspecify.annotations.NullMarked;
