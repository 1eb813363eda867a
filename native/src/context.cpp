#include "context.h"

#include <cstdarg>
#include <cstdio>
#include <new>
#include <stdexcept>

#if defined(__x86_64__)
#include <immintrin.h>
#define CATRL_PAUSE() _mm_pause()
#else
#define CATRL_PAUSE() ((void)0)
#endif

namespace catrl {
namespace {
/** How many pauses a worker waits for the next call before it sleeps: some tens of microseconds. */
constexpr int SPINS = 4000;
}  // namespace

void fail(const char* format, ...) {
    char message[256];
    va_list values;
    va_start(values, format);
    vsnprintf(message, sizeof message, format, values);
    va_end(values);
    throw std::invalid_argument(message);
}

void* Scratch::bytes(size_t count) {
    count = (count + 63) / 64 * 64;
    if (count > capacity) {
        std::free(memory);
        capacity = 0;
        memory = std::aligned_alloc(64, count);
        if (memory == nullptr) throw std::bad_alloc();
        capacity = count;
    }
    return memory;
}

Pool::Pool(int threads) : count(threads) {
    for (int i = 1; i < threads; i++) workers.emplace_back([this, i] { work(i); });
}

Pool::~Pool() {
    {
        std::lock_guard<std::mutex> lock(mutex);
        stopping = true;
        generation.fetch_add(1);
    }
    wake.notify_all();
    for (std::thread& worker : workers) worker.join();
}

void Pool::run(Job now) {
    job = now;
    next.store(0, std::memory_order_relaxed);
    busy.store(count - 1, std::memory_order_relaxed);
    generation.fetch_add(1);
    if (asleep.load() > 0) {
        std::lock_guard<std::mutex> lock(mutex);
        wake.notify_all();
    }
    take(0);
    for (int spin = 0; busy.load(std::memory_order_acquire) > 0; spin++) {
        if (spin < SPINS) CATRL_PAUSE();
        else std::this_thread::yield();
    }
    if (failure) {
        std::exception_ptr thrown = failure;
        failure = nullptr;
        std::rethrow_exception(thrown);
    }
}

void Pool::take(int thread) {
    try {
        for (;;) {
            int64_t begin = next.fetch_add(job.grain);
            if (begin >= job.n) return;
            int64_t end = begin + job.grain < job.n ? begin + job.grain : job.n;
            job.invoke(job.body, begin, end, thread);
        }
    } catch (...) {
        next.store(job.n);
        std::lock_guard<std::mutex> lock(failureMutex);
        if (!failure) failure = std::current_exception();
    }
}

void Pool::work(int thread) {
    uint64_t seen = 0;
    for (;;) {
        for (int spin = 0; spin < SPINS && generation.load(std::memory_order_acquire) == seen; spin++) CATRL_PAUSE();
        if (generation.load() == seen) {
            std::unique_lock<std::mutex> lock(mutex);
            asleep.fetch_add(1);
            wake.wait(lock, [&] { return generation.load() != seen; });
            asleep.fetch_sub(1);
        }
        if (stopping) return;
        seen = generation.load();
        take(thread);
        busy.fetch_sub(1, std::memory_order_release);
    }
}

}  // namespace catrl
