/*
 * What one backend owns on the native side: its worker threads, their scratch memory and the kernels of its
 * instruction set. Nothing is global.
 */
#pragma once

#include "catrl.h"

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace catrl {

/** Throws std::invalid_argument with a printf-style message: kernels do not touch std::string. */
[[noreturn]] void fail(const char* format, ...) __attribute__((format(printf, 1, 2)));

/** Grow-only memory, 64-byte aligned; one per thread, so kernels take it without a lock. */
class Scratch {
public:
    Scratch() = default;
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch() { std::free(memory); }

    /** Room for count floats; what was there before may be gone. */
    float* floats(size_t count) { return static_cast<float*>(bytes(count * sizeof(float))); }

    void* bytes(size_t count);

private:
    void* memory = nullptr;
    size_t capacity = 0;
};

/**
 * Fixed worker threads, the caller included. A call hands out chunks of an index range; which thread takes which chunk
 * is left to chance, so a chunk's results must depend on its indices only. Workers spin for a moment after a call,
 * since ops come back to back, and then sleep.
 */
class Pool {
public:
    explicit Pool(int threads);
    ~Pool();
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    int threads() const { return count; }

    /** body(begin, end, thread) over [0, n) in chunks of grain; rethrows the first exception a chunk threw. */
    template <class F> void parallel(int64_t n, int64_t grain, F&& body) {
        if (n <= 0) return;
        if (count == 1 || n <= grain) {
            body(int64_t{0}, n, 0);
            return;
        }
        auto invoke = [](void* f, int64_t begin, int64_t end, int thread) {
            (*static_cast<std::remove_reference_t<F>*>(f))(begin, end, thread);
        };
        run({&body, invoke, n, grain});
    }

private:
    struct Job {
        void* body;
        void (*invoke)(void*, int64_t, int64_t, int);
        int64_t n;
        int64_t grain;
    };

    void run(Job next);
    void work(int thread);
    void take(int thread);

    const int count;
    std::vector<std::thread> workers;
    Job job{};
    std::atomic<int64_t> next{0};
    std::atomic<uint64_t> generation{0};
    std::atomic<int> busy{0};
    std::atomic<int> asleep{0};
    std::atomic<bool> stopping{false};
    std::mutex mutex;
    std::condition_variable wake;
    std::mutex failureMutex;
    std::exception_ptr failure;
};

/* The ops of each instruction set. */
extern const catrl_ops ops_base;
#if defined(__x86_64__)
extern const catrl_ops ops_avx2;
extern const catrl_ops ops_avx512;
extern const catrl_ops ops_avx512bf16;
#endif

/* What does not depend on the instruction set; see catrl_ops. */
void close(catrl_context* context);
void* allocate(catrl_context* context, int64_t bytes);
void release(catrl_context* context, void* memory);
void* stage(catrl_context* context, void* to, int64_t bytes);
void upload(catrl_context* context, void* to, const void* staged, int64_t bytes);
const void* download(catrl_context* context, const void* from, int64_t bytes);

/** The context of a CPU. */
struct CpuContext : catrl_context {
    CpuContext(const catrl_ops& kernels, int threads)
        : catrl_context{&kernels, nullptr}, pool(threads), perThread(new Scratch[threads]) { }
    ~CpuContext() { delete[] perThread; }
    CpuContext(const CpuContext&) = delete;
    CpuContext& operator=(const CpuContext&) = delete;

    int threads() const { return pool.threads(); }

    /** body(begin, end, thread) over [0, n) in chunks of grain. */
    template <class F> void parallel(int64_t n, int64_t grain, F&& body) { pool.parallel(n, grain, body); }

    /** Scratch of one thread, valid inside one chunk. */
    Scratch& scratch(int thread) { return perThread[thread]; }

    /** Scratch that a whole call shares, filled before its chunks read it. */
    Scratch shared;

    /** Likewise, for the floats of what is stored in 16 bits. */
    Scratch widened;

private:
    Pool pool;
    Scratch* perThread;
};

/** The context that every op of this library is called with. */
inline CpuContext* cpu(catrl_context* context) { return static_cast<CpuContext*>(context); }

}  // namespace catrl
