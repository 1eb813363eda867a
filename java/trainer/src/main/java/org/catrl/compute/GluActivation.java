package org.catrl.compute;

/** The gate's activation: SwiGLU is {@link #SILU}, GeGLU is {@link #GELU_TANH}. */
public enum GluActivation { SILU, GELU_TANH }
