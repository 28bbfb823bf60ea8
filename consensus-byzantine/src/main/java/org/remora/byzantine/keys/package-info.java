/**
 * Keys and signatures: Ed25519 behind {@link org.remora.memory.Signer}.
 *
 * <p>{@link org.remora.byzantine.keys.KeyFiles} generates keys and keeps them as PEM, {@link
 * org.remora.byzantine.keys.Membership} maps processes to public keys, {@link
 * org.remora.byzantine.keys.Ed25519Signer} signs for one process and verifies for all. The
 * algorithms see none of it but the signer.
 */
@NullMarked
package org.remora.byzantine.keys;

import org.jspecify.annotations.NullMarked;
