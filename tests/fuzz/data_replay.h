/* data_replay.h: a fuzz target, and a sample for those who have no fuzzer.
 *
 * With clang the target is linked to libFuzzer:
 *     clang -fsanitize=fuzzer,address,undefined -Iinclude -Isrc/data -Itests/fuzz \
 *         tests/fuzz/data_idx.c src/data/(the library's files) ... -lz -ljansson -lm
 * Everywhere else data_replay.c feeds it damaged versions of its sample, which is a test.
 */
#ifndef MNEMOSCOPE_TESTS_FUZZ_DATA_REPLAY_H
#define MNEMOSCOPE_TESTS_FUZZ_DATA_REPLAY_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);
/* Writes sample number `which` (at most `room` bytes) and returns its size; 0 past the last. */
size_t fuzz_sample(size_t which, uint8_t *out, size_t room);

#endif
