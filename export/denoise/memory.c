/* The memories of one block over a whole sequence, forwards and backwards, in one pass each.
 * Layout: both (T, B, 2D) bfloat16, values then gate logits; everything else (T, B, D) float32. */
#include <math.h>
#include <stdint.h>
#include <string.h>

typedef uint16_t bf16;

static inline float wide(bf16 x) {
    uint32_t bits = (uint32_t)x << 16;
    float y;
    memcpy(&y, &bits, 4);
    return y;
}

static inline bf16 narrow(float x) {
    uint32_t bits;
    memcpy(&bits, &x, 4);
    return (bf16)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
}

/* out = x + value + filtered value + gated average */
void forward(const float *restrict x, const bf16 *restrict both, const float *restrict filter,
             float *restrict out, float *restrict keep, float *restrict average,
             long T, long B, long D, long taps, long stride) {
    for (long t = 0; t < T; t++)
        for (long b = 0; b < B; b++) {
            const long row = (t * B + b) * D;
            const bf16 *value = both + 2 * row, *gate = value + D;
            for (long d = 0; d < D; d++) {
                const float v = wide(value[d]), k = 1.0f / (1.0f + expf(-wide(gate[d])));
                const float before = t ? average[row - B * D + d] : 0.0f;
                const float now = v + k * (before - v);
                keep[row + d] = k;
                average[row + d] = now;
                out[row + d] = x[row + d] + v + now;
            }
            for (long n = 0; n < taps && (n + 1) * stride <= t; n++) {
                const bf16 *past = value - 2 * (n + 1) * stride * B * D;
                const float *weight = filter + n * D;
                for (long d = 0; d < D; d++) out[row + d] += weight[d] * wide(past[d]);
            }
        }
}

/* carried (B, D) starts at zero and holds the gradient of the average */
void backward(const float *restrict g, const bf16 *restrict both, const float *restrict filter,
              const float *restrict keep, const float *restrict average, bf16 *restrict g_both,
              float *restrict g_filter, float *restrict carried, float *restrict sum,
              long T, long B, long D, long taps, long stride) {
    for (long t = T - 1; t >= 0; t--)
        for (long b = 0; b < B; b++) {
            const long row = (t * B + b) * D;
            const bf16 *value = both + 2 * row;
            float *next = carried + b * D;
            for (long d = 0; d < D; d++) sum[d] = g[row + d];
            for (long n = 0; n < taps; n++) {
                const long back = (n + 1) * stride;
                if (t + back < T) {
                    const float *later = g + row + back * B * D, *weight = filter + n * D;
                    float *g_weight = g_filter + n * D;
                    for (long d = 0; d < D; d++) {
                        sum[d] += weight[d] * later[d];
                        g_weight[d] += later[d] * wide(value[d]);
                    }
                }
            }
            for (long d = 0; d < D; d++) {
                const float v = wide(value[d]), k = keep[row + d];
                const float before = t ? average[row - B * D + d] : 0.0f;
                const float total = g[row + d] + next[d];
                g_both[2 * row + d] = narrow(sum[d] + (1.0f - k) * total);
                g_both[2 * row + D + d] = narrow(total * (before - v) * k * (1.0f - k));
                next[d] = k * total;
            }
        }
}
