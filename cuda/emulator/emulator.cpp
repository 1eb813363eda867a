#include "cuda_runtime.h"

#include <sys/mman.h>

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

namespace emulator {
namespace {

extern "C" void catrl_emulator_switch(void** save, void* load);
#if defined(__x86_64__)
asm(R"(
.text
.p2align 4
.globl catrl_emulator_switch
.hidden catrl_emulator_switch
.type catrl_emulator_switch,@function
catrl_emulator_switch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp,(%rdi)
  movq %rsi,%rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
)");
#else
#error "the emulator's fiber switch is written for x86-64"
#endif

constexpr size_t STACK = 64 << 10;
constexpr unsigned MOST_THREADS = 1024;

enum class State : uint8_t { RUNNABLE, AT_BLOCK_BARRIER, AT_WARP_BARRIER, DONE };

struct Copy {
    void* to;
    const void* from;
};

struct CopyGroup {
    std::vector<Copy> copies;
    bool closed = false;
};

struct Fiber {
    void* stack_pointer;
    uint3 index;
    unsigned linear;
    State state;
    std::deque<CopyGroup> copies;
};

/** Runs blocks, one after another, on one operating-system thread. */
class Worker {
public:
    Worker() {
        stacks = static_cast<char*>(mmap(nullptr, MOST_THREADS * STACK, PROT_READ | PROT_WRITE,
                                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
        if (stacks == MAP_FAILED) throw std::bad_alloc();
    }
    ~Worker() {
        munmap(stacks, MOST_THREADS * STACK);
        std::free(shared);
    }

    void prepare(dim3 grid, dim3 block, size_t shared_bytes, const std::function<void()>& kernel, Order wanted) {
        grid_dim = grid;
        block_dim = block;
        threads = block.x * block.y * block.z;
        body = &kernel;
        direction = wanted;
        if (shared_size < shared_bytes) {
            std::free(shared);
            shared_size = (shared_bytes + 255) / 256 * 256;
            shared = static_cast<char*>(std::aligned_alloc(256, shared_size));
        }
    }

    /** Returns false when the threads did not meet at their barriers. */
    bool run(uint3 block) {
        block_idx = block;
        if (shared != nullptr) std::memset(shared, 0xFF, shared_size);
        for (unsigned i = 0; i < threads; i++) start(i);
        unsigned done = 0;
        while (done < threads) {
            for (unsigned w = 0; w < warps(); w++) {
                if (!runWarp(direction == Order::UP ? w : warps() - 1 - w, done)) return false;
            }
            unsigned waiting = 0;
            for (unsigned i = 0; i < threads; i++) waiting += fibers[i].state == State::AT_BLOCK_BARRIER;
            if (waiting + done != threads) return false;
            for (unsigned i = 0; i < threads; i++) {
                if (fibers[i].state == State::AT_BLOCK_BARRIER) fibers[i].state = State::RUNNABLE;
            }
        }
        return true;
    }

    void yield(State state) {
        current->state = state;
        catrl_emulator_switch(&current->stack_pointer, scheduler);
    }

    unsigned warpBase() const { return current->linear / WARP * WARP; }
    unsigned warpWidth() const { return std::min(WARP, threads - warpBase()); }

    uint3 block_idx{};
    dim3 block_dim, grid_dim;
    Fiber* current = nullptr;
    char* shared = nullptr;
    char exchanged[MOST_THREADS * EXCHANGE];

private:
    static void entry();

    unsigned warps() const { return (threads + WARP - 1) / WARP; }

    void start(unsigned i) {
        Fiber& fiber = fibers[i];
        fiber.linear = i;
        fiber.index = {i % block_dim.x, i / block_dim.x % block_dim.y, i / (block_dim.x * block_dim.y)};
        fiber.state = State::RUNNABLE;
        fiber.copies.clear();
        void** top = reinterpret_cast<void**>(stacks + (i + 1) * STACK - 64);
        *--top = nullptr;
        *--top = reinterpret_cast<void*>(&entry);
        top -= 6;
        std::memset(top, 0, 6 * sizeof(void*));
        fiber.stack_pointer = top;
    }

    /** Runs a warp until each of its threads is done or at the block's barrier. */
    bool runWarp(unsigned warp, unsigned& done) {
        unsigned from = warp * WARP;
        unsigned to = std::min(from + WARP, threads);
        for (;;) {
            unsigned ran = 0;
            for (unsigned k = from; k < to; k++) {
                Fiber& fiber = fibers[direction == Order::UP ? k : from + to - 1 - k];
                if (fiber.state != State::RUNNABLE) continue;
                current = &fiber;
                catrl_emulator_switch(&scheduler, fiber.stack_pointer);
                ran++;
                done += fiber.state == State::DONE;
            }
            unsigned waiting = 0, left = 0;
            for (unsigned k = from; k < to; k++) {
                waiting += fibers[k].state == State::AT_WARP_BARRIER;
                left += fibers[k].state != State::DONE;
            }
            if (waiting > 0 && waiting != left) return false;
            for (unsigned k = from; k < to; k++) {
                if (fibers[k].state == State::AT_WARP_BARRIER) fibers[k].state = State::RUNNABLE;
            }
            if (ran == 0) return true;
        }
    }

    char* stacks;
    Fiber fibers[MOST_THREADS];
    const std::function<void()>* body = nullptr;
    unsigned threads = 0;
    size_t shared_size = 0;
    void* scheduler = nullptr;
    Order direction = Order::UP;
};

thread_local Worker* worker_of_thread = nullptr;

/* not inlined: a fiber never changes its operating-system thread, but the compiler cannot know */
__attribute__((noinline)) Worker& worker() { return *worker_of_thread; }

/** A worker for the calling thread, from those that are idle: their stacks stay touched. */
class Borrowed {
public:
    Borrowed() {
        std::lock_guard<std::mutex> lock(mutex());
        if (idle().empty()) idle().push_back(std::make_unique<Worker>());
        worker = std::move(idle().back());
        idle().pop_back();
        worker_of_thread = worker.get();
    }
    ~Borrowed() {
        worker_of_thread = nullptr;
        std::lock_guard<std::mutex> lock(mutex());
        idle().push_back(std::move(worker));
    }
    Worker* operator->() { return worker.get(); }

private:
    static std::mutex& mutex() {
        static std::mutex one;
        return one;
    }
    static std::vector<std::unique_ptr<Worker>>& idle() {
        static std::vector<std::unique_ptr<Worker>> workers;
        return workers;
    }

    std::unique_ptr<Worker> worker;
};

void Worker::entry() {
    (*worker().body)();
    worker().yield(State::DONE);
    std::abort();
}

}  // namespace

uint3 thread_index() { return worker().current->index; }
uint3 block_index() { return worker().block_idx; }
dim3 block_size() { return worker().block_dim; }
dim3 grid_size() { return worker().grid_dim; }
unsigned lane() { return worker().current->linear % WARP; }
unsigned warp_size() { return worker().warpWidth(); }
char* dynamic_shared() { return worker().shared; }
void block_barrier() { worker().yield(State::AT_BLOCK_BARRIER); }
void warp_barrier() { worker().yield(State::AT_WARP_BARRIER); }

const char* exchange(const void* mine, size_t size) {
    Worker& w = worker();
    std::memcpy(w.exchanged + w.current->linear * EXCHANGE, mine, size);
    w.yield(State::AT_WARP_BARRIER);
    return worker().exchanged + worker().warpBase() * EXCHANGE;
}

void warp_done() { worker().yield(State::AT_WARP_BARRIER); }

void copy_later(void* to, const void* from) {
    auto& groups = worker().current->copies;
    if (groups.empty() || groups.back().closed) groups.push_back({});
    groups.back().copies.push_back({to, from});
    std::memset(to, 0xFF, 16);
}

void close_copies() {
    auto& groups = worker().current->copies;
    if (groups.empty() || groups.back().closed) groups.push_back({});
    groups.back().closed = true;
}

void await_copies(size_t pending) {
    auto& groups = worker().current->copies;
    while (groups.size() > pending) {
        for (const Copy& copy : groups.front().copies) {
            if (copy.from == nullptr) std::memset(copy.to, 0, 16);
            else std::memcpy(copy.to, copy.from, 16);
        }
        groups.pop_front();
    }
}

void launch(Order order, dim3 grid, dim3 block, size_t shared_bytes, const std::function<void()>& body) {
    uint64_t total = uint64_t{grid.x} * grid.y * grid.z;
    unsigned threads = block.x * block.y * block.z;
    if (total == 0 || threads == 0 || threads > MOST_THREADS || shared_bytes > 227 << 10) {
        throw std::runtime_error("a launch of " + std::to_string(total) + " blocks of " + std::to_string(threads)
                                 + " threads and " + std::to_string(shared_bytes) + " bytes of shared memory");
    }
    std::atomic<uint64_t> next{0};
    std::atomic<bool> met{true};
    auto work = [&] {
        Borrowed own;
        own->prepare(grid, block, shared_bytes, body, order);
        for (uint64_t i; met && (i = next++) < total;) {
            uint64_t at = order == Order::UP ? i : total - 1 - i;
            bool good = own->run({unsigned(at % grid.x), unsigned(at / grid.x % grid.y),
                                  unsigned(at / (uint64_t{grid.x} * grid.y))});
            if (!good) met = false;
        }
    };
    unsigned helpers = unsigned(std::min<uint64_t>(std::max(1u, std::thread::hardware_concurrency()), total)) - 1;
    if (total * threads < 2048) helpers = 0;
    std::vector<std::thread> others;
    for (unsigned i = 0; i < helpers; i++) others.emplace_back(work);
    work();
    for (std::thread& other : others) other.join();
    if (!met) throw std::runtime_error("the threads of a block, or of a warp, do not all reach a barrier");
}

}  // namespace emulator

/* ---- the host's side ------------------------------------------------------------------------------------------ */

namespace {

constexpr size_t GUARD = 256;
constexpr unsigned char GUARD_BYTE = 0xA5;

std::mutex allocations_mutex;
std::map<void*, size_t>& allocations() {
    static std::map<void*, size_t> all;
    return all;
}

}  // namespace

const char* cudaGetErrorString(cudaError_t error) {
    switch (error) {
        case cudaSuccess: return "no error";
        case cudaErrorMemoryAllocation: return "out of memory";
        case cudaErrorInvalidDevice: return "invalid device ordinal";
        case cudaErrorLaunchFailure: return "unspecified launch failure";
        case cudaErrorUnknown: return "a kernel wrote beyond the end of its memory";
        default: return "invalid argument";
    }
}

cudaError_t cudaGetLastError() { return cudaSuccess; }

/* one that runs upwards, one that runs downwards, one that fails */
constexpr int DEVICES = 3;
static thread_local int current_device = 0;

cudaError_t cudaGetDeviceCount(int* count) {
    *count = DEVICES;
    return cudaSuccess;
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device) {
    if (device < 0 || device >= DEVICES) return cudaErrorInvalidDevice;
    *properties = {"emulator", 8, 0, 4, size_t{2} << 30, 227 << 10};
    return cudaSuccess;
}

cudaError_t cudaDriverGetVersion(int* version) {
    *version = CUDART_VERSION;
    return cudaSuccess;
}

cudaError_t cudaSetDevice(int device) {
    if (device < 0 || device >= DEVICES) return cudaErrorInvalidDevice;
    current_device = device;
    return cudaSuccess;
}

cudaError_t cudaMemGetInfo(size_t* free, size_t* total) {
    *total = size_t{2} << 30;
    size_t held = 0;
    std::lock_guard<std::mutex> lock(allocations_mutex);
    for (auto& entry : allocations()) held += entry.second;
    *free = *total > held ? *total - held : 0;
    return cudaSuccess;
}

cudaError_t emulated_malloc(void** memory, size_t bytes) {
    size_t free, total;
    cudaMemGetInfo(&free, &total);
    if (bytes > free) return cudaErrorMemoryAllocation;
    *memory = std::aligned_alloc(256, (bytes + GUARD + 255) / 256 * 256);
    if (*memory == nullptr) return cudaErrorMemoryAllocation;
    std::memset(*memory, 0xFF, bytes);
    std::memset(static_cast<char*>(*memory) + bytes, GUARD_BYTE, GUARD);
    std::lock_guard<std::mutex> lock(allocations_mutex);
    allocations()[*memory] = bytes;
    return cudaSuccess;
}

cudaError_t cudaFree(void* memory) {
    if (memory == nullptr) return cudaSuccess;
    size_t bytes;
    {
        std::lock_guard<std::mutex> lock(allocations_mutex);
        auto entry = allocations().find(memory);
        if (entry == allocations().end()) return cudaErrorInvalidValue;
        bytes = entry->second;
        allocations().erase(entry);
    }
    const unsigned char* guard = static_cast<unsigned char*>(memory) + bytes;
    bool whole = std::all_of(guard, guard + GUARD, [](unsigned char byte) { return byte == GUARD_BYTE; });
    std::free(memory);
    return whole ? cudaSuccess : cudaErrorUnknown;
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
    *stream = new emulated_stream{static_cast<emulator::Order>(current_device)};
    return cudaSuccess;
}

cudaError_t cudaStreamDestroy(cudaStream_t stream) {
    delete stream;
    return cudaSuccess;
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream) { return stream->failed ? cudaErrorLaunchFailure : cudaSuccess; }

void emulated_enqueue(cudaStream_t stream, std::function<void()> work) {
    if (stream->recording != nullptr) stream->recording->launches.push_back(std::move(work));
    else work();
}

cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes, cudaMemcpyKind, cudaStream_t stream) {
    emulated_enqueue(stream, [=] { std::memcpy(to, from, bytes); });
    return cudaSuccess;
}

cudaError_t cudaMemsetAsync(void* to, int value, size_t bytes, cudaStream_t stream) {
    emulated_enqueue(stream, [=] { std::memset(to, value, bytes); });
    return cudaSuccess;
}

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, int) {
    stream->recording = new emulated_graph;
    return cudaSuccess;
}

cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
    *graph = stream->recording;
    stream->recording = nullptr;
    return cudaSuccess;
}

cudaError_t cudaGraphInstantiate(cudaGraphExec_t* runnable, cudaGraph_t graph, unsigned long long) {
    *runnable = graph;
    return cudaSuccess;
}

cudaError_t cudaGraphLaunch(cudaGraphExec_t graph, cudaStream_t stream) {
    for (auto& work : graph->launches) emulated_enqueue(stream, work);
    return cudaSuccess;
}

cudaError_t cudaGraphExecDestroy(cudaGraphExec_t graph) {
    delete graph;
    return cudaSuccess;
}
