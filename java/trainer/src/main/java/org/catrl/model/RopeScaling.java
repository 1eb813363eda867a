package org.catrl.model;

/**
 * Llama 3's stretching of the rotary frequencies: wavelengths above original / lowFreqFactor are slowed by factor,
 * those below original / highFreqFactor are kept, and between the two the frequency is interpolated.
 *
 * @param factor          how much longer than the original context
 * @param lowFreqFactor   low_freq_factor
 * @param highFreqFactor  high_freq_factor, above low_freq_factor
 * @param originalContext original_max_position_embeddings
 */
public record RopeScaling(double factor, double lowFreqFactor, double highFreqFactor, int originalContext) {
    public RopeScaling {
        if (!(factor >= 1) || !(lowFreqFactor > 0) || !(highFreqFactor > lowFreqFactor) || originalContext < 1) {
            throw new IllegalArgumentException("llama3 rope scaling wants factor >= 1, 0 < low_freq_factor < "
                    + "high_freq_factor and original_max_position_embeddings >= 1, not " + factor + ", "
                    + lowFreqFactor + ", " + highFreqFactor + ", " + originalContext);
        }
    }

    float apply(float frequency) {
        double wavelength = 2 * Math.PI / frequency;
        if (wavelength > originalContext / lowFreqFactor) {
            return (float) (frequency / factor);
        }
        if (wavelength < originalContext / highFreqFactor) {
            return frequency;
        }
        double smooth = (originalContext / wavelength - lowFreqFactor) / (highFreqFactor - lowFreqFactor);
        return (float) ((1 - smooth) * frequency / factor + smooth * frequency);
    }
}
