/// Secrets that AWS KMS keeps encrypted.
///
/// Read {@link AwsKms}, which is all there is.
@NullMarked
package dev.understudy.kms;

import org.jspecify.annotations.NullMarked;
