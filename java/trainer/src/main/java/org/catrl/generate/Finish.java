package org.catrl.generate;

/** Why a completion ended. */
public enum Finish { STOP_TOKEN, STOP_STRING, LENGTH }
