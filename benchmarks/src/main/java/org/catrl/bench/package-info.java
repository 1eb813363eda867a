/**
 * JMH benchmarks, the peer beside in the same run where there is one; benchmarks/README.md says how to run them.
 * {@link org.catrl.bench.Gpu} measures a CUDA device by the subclasses of {@link org.catrl.bench.DeviceBench}.
 * {@link org.catrl.bench.GuardStudy} and {@link org.catrl.bench.GuardTable} measure the guards on runs that are over.
 * {@link org.catrl.bench.LinearReport} and {@link org.catrl.bench.Results} turn JMH's JSON into tables. Nothing calls
 * this package.
 */
package org.catrl.bench;
