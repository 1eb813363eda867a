package org.catrl.bench;

/**
 * One line of the table.
 *
 * @param benchmark class and method, as JMH names them without the package
 * @param sizes     of {@link Sizes}
 * @param aim       share of the ceiling that we want to reach; 0 = none is set
 */
record GpuCase(String benchmark, String sizes, Work work, double aim) {
    static GpuCase of(Class<? extends DeviceBench> bench, String method, String sizes, Work work, double aim) {
        return new GpuCase(bench.getSimpleName() + "." + method, sizes, work, aim);
    }
}
