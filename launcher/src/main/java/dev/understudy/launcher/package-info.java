@NullMarked
package dev.understudy.launcher;

import org.jspecify.annotations.NullMarked;
