#include "context.h"

#include <cstdarg>
#include <cstdio>
#include <stdexcept>

#include "catrl_cuda_glue.h"
#include "device.cuh"

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

void describe(unsigned long long fault) {
    int row = static_cast<int>(fault >> 36);
    int value = static_cast<int>(fault & 0xFFFFFFFFu);
    switch (static_cast<FaultKind>(fault >> 32 & 0xF)) {
        case FaultKind::EMBED_ID: fail("embed: ids[%d] is %d, outside the table", row, value);
        case FaultKind::SAMPLE_NAN: fail("sample: row %d holds NaN at id %d", row, value);
        case FaultKind::SAMPLE_INFINITY: fail("sample: row %d holds infinity at id %d", row, value);
        case FaultKind::SAMPLE_NOTHING: fail("sample: row %d holds no finite logit", row);
        case FaultKind::ADVANCE_FULL: fail("advance: row %d has taken %d tokens, its record holds no more", row, value);
    }
    fail("a fault without a name: %llx", fault);
}

}  // namespace
}  // namespace catrl

using catrl::check;

catrl_cuda::catrl_cuda(int device, bool exact, bool check_launches)
    : table(&catrl_cuda_functions), device(device), exact(exact), check_launches(check_launches) {
    check(cudaSetDevice(device), "opening the device");
    cudaDeviceProp properties;
    check(cudaGetDeviceProperties(&properties, device), "reading the device's properties");
    shared_bytes = properties.sharedMemPerBlockOptin;
    check(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), "making a stream");
    check(cudaMalloc(&fault, sizeof *fault), "allocating the fault word");
    check(cudaMallocHost(&staging, 2 * catrl::HALF), "allocating pinned memory");
    check(cudaMallocHost(&downloaded, catrl::HALF), "allocating pinned memory");
    check(cudaMallocHost(&host_fault, sizeof *host_fault), "allocating pinned memory");
    for (cudaEvent_t& event : half_done) {
        check(cudaEventCreateWithFlags(&event, cudaEventDisableTiming), "making an event");
    }
    check(cudaMemsetAsync(fault, 0xFF, sizeof *fault, stream), "clearing the fault word");
}

catrl_cuda::~catrl_cuda() {
    cudaStreamSynchronize(stream);
    for (void* memory : scratches) cudaFree(memory);
    for (cudaEvent_t event : half_done) cudaEventDestroy(event);
    cudaFreeHost(host_fault);
    cudaFreeHost(downloaded);
    cudaFreeHost(staging);
    cudaFree(fault);
    cudaStreamDestroy(stream);
}

void catrl_cuda::broken(const std::string& message) {
    failure = message;
    throw std::runtime_error(message);
}

void catrl_cuda::require(cudaError_t error, const char* what) {
    if (error != cudaSuccess) broken(std::string(what) + ": " + cudaGetErrorString(error));
}

void catrl_cuda::usable() const {
    if (!failure.empty()) {
        throw std::runtime_error("the device's context is unusable since an earlier failure (" + failure + ")");
    }
    thread_local int current = -1;
    if (current != device) {
        check(cudaSetDevice(device), "taking up the device");
        current = device;
    }
}

void catrl_cuda::launched(const char* kernel) {
    cudaError_t error = cudaGetLastError();
    if (error == cudaSuccess && check_launches && !recording) error = cudaStreamSynchronize(stream);
    if (error != cudaSuccess) broken(std::string("kernel ") + kernel + ": " + cudaGetErrorString(error));
}

void catrl_cuda::wait() {
    usable();
    if (recording) catrl::fail("waiting for the device while launches are recorded");
    cudaError_t error = cudaMemcpyAsync(host_fault, fault, sizeof *fault, cudaMemcpyDeviceToHost, stream);
    if (error == cudaSuccess) error = cudaStreamSynchronize(stream);
    if (error != cudaSuccess) {
        broken(std::string("a kernel failed: ") + cudaGetErrorString(error)
               + " (open the backend with checked launches to see which)");
    }
    if (*host_fault != catrl::NO_FAULT) throw_fault();
}

void catrl_cuda::throw_fault() {
    unsigned long long seen = *host_fault;
    require(cudaMemsetAsync(fault, 0xFF, sizeof *fault, stream), "clearing the fault word");
    catrl::describe(seen);
}

void* catrl_cuda::scratch(size_t bytes) {
    if (bytes <= scratch_bytes) return scratches.back();
    size_t wanted = bytes > 2 * scratch_bytes ? bytes : 2 * scratch_bytes;
    void* memory = nullptr;
    cudaError_t error = cudaMalloc(&memory, wanted);
    if (error != cudaSuccess) {
        cudaGetLastError();
        throw std::runtime_error("out of device memory: " + std::to_string(wanted) + " bytes of kernels' scratch");
    }
    scratches.push_back(memory);
    scratch_bytes = wanted;
    return memory;
}

void* catrl_cuda::stage(int64_t bytes) {
    usable();
    if (recording) catrl::fail("writing from the host while launches are recorded");
    size_t rounded = (static_cast<size_t>(bytes) + 255) / 256 * 256;
    if (bytes < 0 || rounded > catrl::HALF) catrl::fail("staging %lld bytes", static_cast<long long>(bytes));
    if (staged + rounded > catrl::HALF) {
        require(cudaEventRecord(half_done[half], stream), "recording an event");
        half = 1 - half;
        staged = 0;
        require(cudaEventSynchronize(half_done[half]), "waiting for the staging memory");
    }
    void* memory = staging + half * catrl::HALF + staged;
    staged += rounded;
    return memory;
}

void catrl_cuda::upload(void* to, const void* from, int64_t bytes) {
    require(cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, stream), "writing to the device");
}

const void* catrl_cuda::download(const void* from, int64_t bytes) {
    usable();
    if (bytes < 0 || bytes > catrl::HALF) catrl::fail("reading %lld bytes at once", static_cast<long long>(bytes));
    require(cudaMemcpyAsync(downloaded, from, bytes, cudaMemcpyDeviceToHost, stream), "reading from the device");
    wait();
    return downloaded;
}

struct catrl_cuda_graph {
    cudaGraphExec_t runnable;
};

void catrl_cuda::record() {
    usable();
    check(cudaStreamBeginCapture(stream, cudaStreamCaptureModeRelaxed), "starting to record");
    recording = true;
}

catrl_cuda_graph* catrl_cuda::recorded() {
    recording = false;
    cudaGraph_t graph = nullptr;
    check(cudaStreamEndCapture(stream, &graph), "ending the recording");
    cudaGraphExec_t runnable = nullptr;
    check(cudaGraphInstantiate(&runnable, graph, 0), "making the recording runnable");
    cudaGraphDestroy(graph);
    return new catrl_cuda_graph{runnable};
}

void catrl_cuda::abandon() {
    if (!recording) return;
    recording = false;
    cudaGraph_t graph = nullptr;
    cudaStreamEndCapture(stream, &graph);
    if (graph != nullptr) cudaGraphDestroy(graph);
    cudaGetLastError();
}

void catrl_cuda::replay(catrl_cuda_graph* graph) {
    usable();
    require(cudaGraphLaunch(graph->runnable, stream), "replaying a recording");
}

void catrl_cuda::forget(catrl_cuda_graph* graph) {
    cudaStreamSynchronize(stream);
    cudaGraphExecDestroy(graph->runnable);
    delete graph;
}

catrl_cuda* catrl_cuda_open(int device, int exact, int check) { return new catrl_cuda(device, exact != 0, check != 0); }

void catrl_cuda_close(catrl_cuda* ctx) { delete ctx; }

void* catrl_cuda_stream(catrl_cuda* ctx) { return ctx->stream; }

void catrl_cuda_synchronize(catrl_cuda* ctx) { ctx->wait(); }

int64_t catrl_cuda_free_bytes(catrl_cuda*) {
    size_t free = 0, total = 0;
    check(cudaMemGetInfo(&free, &total), "asking for the free memory");
    return static_cast<int64_t>(free);
}

int64_t catrl_cuda_total_bytes(catrl_cuda*) {
    size_t free = 0, total = 0;
    check(cudaMemGetInfo(&free, &total), "asking for the free memory");
    return static_cast<int64_t>(total);
}

void* catrl_cuda_allocate(catrl_cuda* ctx, int64_t bytes) {
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

void catrl_cuda_release(catrl_cuda* ctx, void* memory) {
    cudaStreamSynchronize(ctx->stream);
    cudaError_t error = cudaFree(memory);
    if (ctx->works()) check(error, "freeing device memory");  // else the first failure has been told
}

void* catrl_cuda_stage(catrl_cuda* ctx, int64_t bytes) { return ctx->stage(bytes); }

void catrl_cuda_upload(catrl_cuda* ctx, void* to, const void* staged, int64_t bytes) { ctx->upload(to, staged, bytes); }

const void* catrl_cuda_download(catrl_cuda* ctx, const void* from, int64_t bytes) { return ctx->download(from, bytes); }

void catrl_cuda_record(catrl_cuda* ctx) { ctx->record(); }

catrl_cuda_graph* catrl_cuda_recorded(catrl_cuda* ctx) { return ctx->recorded(); }

void catrl_cuda_abandon(catrl_cuda* ctx) { ctx->abandon(); }

void catrl_cuda_replay(catrl_cuda* ctx, catrl_cuda_graph* graph) { ctx->replay(graph); }

void catrl_cuda_forget(catrl_cuda* ctx, catrl_cuda_graph* graph) { ctx->forget(graph); }
