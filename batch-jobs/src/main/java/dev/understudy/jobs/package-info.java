@NullMarked
package dev.understudy.jobs;

import org.jspecify.annotations.NullMarked;
