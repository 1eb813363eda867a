package org.catrl.model;

/** How rotary frequencies are stretched for contexts longer than those of pretraining. */
public sealed interface RopeScaling {
    /** A frequency after stretching. */
    float apply(float frequency);

    /**
     * Frequencies that are all divided by one number.
     *
     * @param factor that number, at least 1
     */
    record Linear(double factor) implements RopeScaling {
        public Linear {
            if (!(factor >= 1)) {
                throw new IllegalArgumentException("linear rope scaling wants factor >= 1, not " + factor);
            }
        }

        @Override
        public float apply(float frequency) {
            return (float) (frequency / factor);
        }
    }

    /**
     * Llama 3's scaling: wavelengths above original / lowFreqFactor are slowed by factor, those below original /
     * highFreqFactor are kept, and between the two the frequency is interpolated.
     *
     * @param factor          how much longer than the original context
     * @param lowFreqFactor   low_freq_factor
     * @param highFreqFactor  high_freq_factor, above low_freq_factor
     * @param originalContext original_max_position_embeddings
     */
    record Llama3(double factor, double lowFreqFactor, double highFreqFactor, int originalContext)
            implements RopeScaling {
        public Llama3 {
            if (!(factor >= 1) || !(lowFreqFactor > 0) || !(highFreqFactor > lowFreqFactor) || originalContext < 1) {
                throw new IllegalArgumentException("llama3 rope scaling wants factor >= 1, 0 < low_freq_factor < "
                        + "high_freq_factor and original_max_position_embeddings >= 1, not " + factor + ", "
                        + lowFreqFactor + ", " + highFreqFactor + ", " + originalContext);
            }
        }

        @Override
        public float apply(float frequency) {
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
}
