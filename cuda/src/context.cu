#include "context.h"

#include <cstdarg>
#include <cstdio>
#include <stdexcept>

#include "device.cuh"
#include "ops.h"

struct catrl_recording {
    cudaGraphExec_t runnable;
};

namespace catrl {

void fail(const char* format, ...) {
    char message[512];
    va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    throw std::invalid_argument(message);
}

void check(cudaError_t error, const char* what) {
    if (error != cudaSuccess) throw std::runtime_error(std::string(what) + ": " + cudaGetErrorString(error));
}

namespace {

constexpr unsigned long long NO_FAULT = ~0ull;
constexpr int64_t HALF = CATRL_STAGE_BYTES;

FaultKind kind_of(unsigned long long fault) { return static_cast<FaultKind>(fault >> 32 & 0xF); }

void describe(unsigned long long fault) {
    int row = static_cast<int>(fault >> 36);
    int value = static_cast<int>(fault & 0xFFFFFFFFu);
    switch (kind_of(fault)) {
        case FaultKind::EMBED_ID: fail("embed: ids[%d] is %d, outside the table", row, value);
        case FaultKind::SAMPLE_NAN: fail("sample: row %d holds NaN at id %d", row, value);
        case FaultKind::SAMPLE_INFINITY: fail("sample: row %d holds infinity at id %d", row, value);
        case FaultKind::SAMPLE_NOTHING: fail("sample: row %d holds no finite logit", row);
        case FaultKind::ADVANCE_FULL: fail("advance: row %d has taken %d tokens, its record holds no more", row, value);
    }
    fail("a fault without a name: %llx", fault);
}

}  // namespace

CudaContext::CudaContext(const catrl_context& tables, int device, bool exact, bool check_launches)
    : catrl_context(tables), number(device), exact(exact), check_launches(check_launches) { }

/* from here on there is a context: the destructor gives back what it owns when a check fails */
CudaContext::CudaContext(int device, bool exact, bool check_launches)
    : CudaContext(catrl_context{&cuda_ops, &cuda_device}, device, exact, check_launches) {
    check(cudaSetDevice(device), "opening the device");
    cudaDeviceProp properties;
    check(cudaGetDeviceProperties(&properties, device), "reading the device's properties");
    shared_bytes = properties.sharedMemPerBlockOptin;
    check(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), "making a stream");
    check(cudaMalloc(&fault, sizeof *fault), "allocating the fault word");
    check(cudaMallocHost(&staging, 2 * HALF), "allocating pinned memory");
    check(cudaMallocHost(&downloaded, HALF), "allocating pinned memory");
    check(cudaMallocHost(&host_fault, sizeof *host_fault), "allocating pinned memory");
    for (cudaEvent_t& event : half_done) {
        check(cudaEventCreateWithFlags(&event, cudaEventDisableTiming), "making an event");
    }
    check(cudaMemsetAsync(fault, 0xFF, sizeof *fault, stream), "clearing the fault word");
}

CudaContext::~CudaContext() {
    if (stream != nullptr) cudaStreamSynchronize(stream);
    for (void* memory : scratches) cudaFree(memory);
    for (cudaEvent_t event : half_done) {
        if (event != nullptr) cudaEventDestroy(event);
    }
    cudaFreeHost(host_fault);
    cudaFreeHost(downloaded);
    cudaFreeHost(staging);
    cudaFree(fault);
    if (stream != nullptr) cudaStreamDestroy(stream);
}

void CudaContext::broken(const std::string& message) {
    failure = message;
    blames_argument = false;
    throw std::runtime_error(message);
}

void CudaContext::require(cudaError_t error, const char* what) {
    if (error != cudaSuccess) broken(std::string(what) + ": " + cudaGetErrorString(error));
}

void CudaContext::usable() const {
    if (!failure.empty()) {
        throw std::runtime_error("the device's context is unusable since an earlier failure (" + failure + ")");
    }
    thread_local int current = -1;
    if (current != number) {
        check(cudaSetDevice(number), "taking up the device");
        current = number;
    }
}

void CudaContext::launched(const char* kernel) {
    cudaError_t error = cudaGetLastError();
    if (error == cudaSuccess && check_launches && !is_recording) error = cudaStreamSynchronize(stream);
    if (error != cudaSuccess) broken(std::string("kernel ") + kernel + ": " + cudaGetErrorString(error));
}

void CudaContext::wait() {
    blames_argument = false;
    usable();
    if (is_recording) fail("waiting for the device while launches are recorded");
    cudaError_t error = cudaMemcpyAsync(host_fault, fault, sizeof *fault, cudaMemcpyDeviceToHost, stream);
    if (error == cudaSuccess) error = cudaStreamSynchronize(stream);
    if (error != cudaSuccess) {
        broken(std::string("a kernel failed: ") + cudaGetErrorString(error)
               + " (open the backend with checked launches to see which)");
    }
    if (*host_fault != NO_FAULT) throw_fault();
}

void CudaContext::throw_fault() {
    unsigned long long seen = *host_fault;
    require(cudaMemsetAsync(fault, 0xFF, sizeof *fault, stream), "clearing the fault word");
    const FaultKind kind = kind_of(seen);
    blames_argument = kind == FaultKind::EMBED_ID || kind == FaultKind::ADVANCE_FULL;
    describe(seen);
}

void* CudaContext::scratch(size_t bytes) {
    if (bytes <= scratch_bytes) return scratches.back();
    size_t wanted = bytes > 2 * scratch_bytes ? bytes : 2 * scratch_bytes;
    void* memory = nullptr;
    cudaError_t error = cudaMalloc(&memory, wanted);
    if (error != cudaSuccess) {
        cudaGetLastError();
        blames_argument = false;
        throw std::runtime_error("out of device memory: " + std::to_string(wanted) + " bytes of kernels' scratch");
    }
    scratches.push_back(memory);
    scratch_bytes = wanted;
    return memory;
}

void* CudaContext::stage(int64_t bytes) {
    usable();
    if (is_recording) fail("writing from the host while launches are recorded");
    size_t rounded = (static_cast<size_t>(bytes) + 255) / 256 * 256;
    if (bytes < 0 || rounded > HALF) fail("staging %lld bytes", static_cast<long long>(bytes));
    if (staged + rounded > HALF) {
        require(cudaEventRecord(half_done[half], stream), "recording an event");
        half = 1 - half;
        staged = 0;
        require(cudaEventSynchronize(half_done[half]), "waiting for the staging memory");
    }
    void* memory = staging + half * HALF + staged;
    staged += rounded;
    return memory;
}

void CudaContext::upload(void* to, const void* from, int64_t bytes) {
    require(cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, stream), "writing to the device");
}

const void* CudaContext::download(const void* from, int64_t bytes) {
    usable();
    if (bytes < 0 || bytes > HALF) fail("reading %lld bytes at once", static_cast<long long>(bytes));
    require(cudaMemcpyAsync(downloaded, from, bytes, cudaMemcpyDeviceToHost, stream), "reading from the device");
    wait();
    return downloaded;
}


void CudaContext::record() {
    usable();
    check(cudaStreamBeginCapture(stream, cudaStreamCaptureModeRelaxed), "starting to record");
    is_recording = true;
}

catrl_recording* CudaContext::recorded() {
    is_recording = false;
    cudaGraph_t graph = nullptr;
    check(cudaStreamEndCapture(stream, &graph), "ending the recording");
    cudaGraphExec_t runnable = nullptr;
    check(cudaGraphInstantiate(&runnable, graph, 0), "making the recording runnable");
    cudaGraphDestroy(graph);
    return new catrl_recording{runnable};
}

void CudaContext::abandon() {
    if (!is_recording) return;
    is_recording = false;
    cudaGraph_t graph = nullptr;
    cudaStreamEndCapture(stream, &graph);
    if (graph != nullptr) cudaGraphDestroy(graph);
    cudaGetLastError();
}

void CudaContext::replay(catrl_recording* recording) {
    usable();
    require(cudaGraphLaunch(recording->runnable, stream), "replaying a recording");
}

void CudaContext::forget(catrl_recording* recording) {
    cudaStreamSynchronize(stream);
    cudaGraphExecDestroy(recording->runnable);
    delete recording;
}

namespace ops {

void close(catrl_context* context) { delete cuda(context); }

void* allocate(catrl_context* context, int64_t bytes) {
    CudaContext* ctx = cuda(context);
    ctx->usable();
    void* memory = nullptr;
    cudaError_t error = cudaMalloc(&memory, bytes > 0 ? bytes : 1);
    if (error == cudaErrorMemoryAllocation) {
        cudaGetLastError();
        return nullptr;
    }
    check(error, "allocating device memory");
    check(cudaMemsetAsync(memory, 0, bytes > 0 ? bytes : 1, ctx->stream), "clearing device memory");
    return memory;
}

void release(catrl_context* context, void* memory) {
    CudaContext* ctx = cuda(context);
    cudaStreamSynchronize(ctx->stream);
    cudaError_t error = cudaFree(memory);
    if (ctx->works()) check(error, "freeing device memory");  // else the first failure has been told
}

void* stage(catrl_context* context, void*, int64_t bytes) { return cuda(context)->stage(bytes); }

void upload(catrl_context* context, void* to, const void* staged, int64_t bytes) {
    cuda(context)->upload(to, staged, bytes);
}

const void* download(catrl_context* context, const void* from, int64_t bytes) {
    return cuda(context)->download(from, bytes);
}

void* stream(catrl_context* context) { return cuda(context)->stream; }

void synchronize(catrl_context* context) { cuda(context)->wait(); }

int blames_argument(catrl_context* context) { return cuda(context)->blames_argument; }

int64_t free_bytes(catrl_context*) {
    size_t free = 0, total = 0;
    check(cudaMemGetInfo(&free, &total), "asking for the free memory");
    return static_cast<int64_t>(free);
}

int64_t total_bytes(catrl_context*) {
    size_t free = 0, total = 0;
    check(cudaMemGetInfo(&free, &total), "asking for the free memory");
    return static_cast<int64_t>(total);
}

void record(catrl_context* context) { cuda(context)->record(); }

catrl_recording* recorded(catrl_context* context) { return cuda(context)->recorded(); }

void abandon(catrl_context* context) { cuda(context)->abandon(); }

void replay(catrl_context* context, catrl_recording* recording) { cuda(context)->replay(recording); }

void forget(catrl_context* context, catrl_recording* recording) { cuda(context)->forget(recording); }

}  // namespace ops
}  // namespace catrl
