@NullMarked
package dev.understudy.ops;

import org.jspecify.annotations.NullMarked;
