package org.catrl.train;

/** What has a probability ratio of its own: each token, or each completion (GSPO, Zheng et al. 2025). */
public enum ImportanceSamplingLevel { TOKEN, SEQUENCE }
