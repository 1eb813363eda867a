/**
 * JMH benchmarks, the peer beside in the same run where there is one. Build with {@code mvn -B -DskipTests package},
 * then {@code java -cp "benchmarks/target/catrl-benchmarks-0.1.0.jar:benchmarks/target/lib/*" org.openjdk.jmh.Main}
 * with a benchmark's name; {@link org.catrl.bench.LinearReport} turns LinearBench's JSON into a table of ratios.
 */
package org.catrl.bench;
