package org.catrl.train;

/** The course of the learning rate after its linear warm-up, as in transformers. */
public enum LrSchedulerType { CONSTANT, LINEAR, COSINE }
