// What one backend owns on a device: a stream, pinned staging memory, scratch, the fault word. Nothing is global.
#pragma once

#include <cuda_runtime.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "catrl.h"

namespace catrl {

/** Throws std::invalid_argument with a printf-style message. */
[[noreturn]] void fail(const char* format, ...) __attribute__((format(printf, 1, 2)));

/** Throws std::runtime_error, "WHAT: the error's text", unless the call succeeded. */
void check(cudaError_t error, const char* what);

/** The context of a device. */
struct CudaContext : catrl_context {
    CudaContext(int device, bool exact, bool check_launches);
    ~CudaContext();
    CudaContext(const CudaContext&) = delete;
    CudaContext& operator=(const CudaContext&) = delete;

    const int number;
    const bool exact;
    cudaStream_t stream = nullptr;
    /** On the device: all ones, or the lowest fault so far; see report. */
    unsigned long long* fault = nullptr;
    /** Whether what was thrown last was a bad argument of an op, which wait tells. */
    bool blames_argument = false;
    /** Most shared memory of a block. */
    size_t shared_bytes = 0;

    /** After every launch: throws when it could not be queued, or, when launches are checked, when it failed. */
    void launched(const char* kernel);

    /** Before every use, on the thread that makes it: throws when an earlier failure has made the context unusable. */
    void usable() const;

    /** Whether no failure has made the context unusable. */
    bool works() const { return failure.empty(); }

    /** Waits; throws what went wrong since the last wait. */
    void wait();

    /**
     * Device memory of at least so many bytes for the op being queued; the next op on the stream may use it again.
     * Where it grows, the old piece stays until the context closes: recordings remember its address.
     */
    void* scratch(size_t bytes);

    void* stage(int64_t bytes);
    void upload(void* to, const void* staged, int64_t bytes);
    const void* download(const void* from, int64_t bytes);

    void record();
    catrl_recording* recorded();
    void abandon();
    void replay(catrl_recording* recording);
    void forget(catrl_recording* recording);

private:
    /** One that owns nothing yet. */
    CudaContext(const catrl_context& tables, int device, bool exact, bool check_launches);

    void throw_fault();
    /** As check; the failure makes the context unusable. */
    void require(cudaError_t error, const char* what);
    [[noreturn]] void broken(const std::string& message);

    const bool check_launches;
    bool is_recording = false;
    std::string failure;
    std::vector<void*> scratches;
    size_t scratch_bytes = 0;
    char* staging = nullptr;  // two halves: one is filled while the other's copies run
    size_t staged = 0;
    int half = 0;
    cudaEvent_t half_done[2] = {};
    char* downloaded = nullptr;
    unsigned long long* host_fault = nullptr;
};

/** The context that every op of this library is called with. */
inline CudaContext* cuda(catrl_context* context) { return static_cast<CudaContext*>(context); }

}  // namespace catrl
