#!/usr/bin/env python3
"""Times PyTorch and transformers in the shapes of `catrl bench gpu`, for a table beside its own.

    python3 transformers_bench.py                     on a CUDA device: ceilings, decode steps, update steps
    python3 transformers_bench.py --tiny              everything once in tiny sizes, on a CPU too

Models are made from a config with random weights; nothing is downloaded. Bytes and operations are counted as
benchmarks/README.md says, so that shares and tokens/s compare line by line.
"""
import argparse
import datetime
import gc
import platform
import statistics
import sys
import time
from dataclasses import dataclass

try:
    import torch
    import transformers
    from transformers import Qwen3Config, Qwen3ForCausalLM
except ImportError as missing:
    sys.exit(f"transformers_bench: {missing}; it wants PyTorch and transformers 4.51 or newer: pip install torch transformers")

DECODED = 32  # tokens whose mean time is a decode step


@dataclass(frozen=True)
class Model:
    """A shape of config.json in the Hugging Face repository Qwen/<name>."""

    name: str
    width: int
    layers: int
    heads: int
    kv_heads: int
    head_size: int
    ffn: int
    vocab: int

    def config(self):
        return Qwen3Config(
            vocab_size=self.vocab, hidden_size=self.width, num_hidden_layers=self.layers,
            num_attention_heads=self.heads, num_key_value_heads=self.kv_heads, head_dim=self.head_size,
            intermediate_size=self.ffn, max_position_embeddings=40960, rms_norm_eps=1e-6, tie_word_embeddings=True,
            bos_token_id=None, eos_token_id=None, pad_token_id=None)

    def matrix_elements(self):
        """Of every matrix that a token is multiplied by; the tied head once."""
        attention = self.width * self.head_size * (2 * self.heads + 2 * self.kv_heads)
        return self.layers * (attention + 3 * self.width * self.ffn) + self.vocab * self.width

    def cache_bytes(self, positions):
        return 2 * 2 * positions * self.layers * self.kv_heads * self.head_size


@dataclass(frozen=True)
class Shapes:
    models: tuple
    batches: tuple
    context: int
    sequences: int
    length: int
    copy_bytes: int
    edge: int
    repeats: int


FULL = Shapes(
    models=(Model("Qwen3-0.6B", 1024, 28, 16, 8, 128, 3072, 151936), Model("Qwen3-4B", 2560, 36, 32, 8, 128, 9728, 151936)),
    batches=(64, 256), context=1024, sequences=8, length=1024, copy_bytes=4 << 30, edge=8192, repeats=5)
TINY = Shapes(models=(Model("tiny", 64, 2, 2, 1, 64, 128, 300),), batches=(2,), context=DECODED + 16, sequences=2, length=20,
              copy_bytes=1 << 16, edge=64, repeats=1)


class Timer:
    """Host time around device work that is waited for."""

    def __init__(self, device, repeats):
        self.device, self.repeats = device, repeats

    def once(self, body):
        self.wait()
        start = time.perf_counter()
        body()
        self.wait()
        return time.perf_counter() - start

    def median(self, body, inner=1):
        """Of repeats, after one that is not counted; body does its work inner times."""
        self.once(body)
        return statistics.median(self.once(body) for _ in range(self.repeats)) / inner

    def wait(self):
        if self.device.type == "cuda":
            torch.cuda.synchronize()


def copy_seconds(shapes, timer):
    source = torch.randn(shapes.copy_bytes // 2, device=timer.device, dtype=torch.bfloat16)
    target = torch.empty_like(source)
    return timer.median(lambda: [target.copy_(source) for _ in range(10)], 10)


def product_seconds(shapes, timer):
    a, b = (torch.randn(shapes.edge, shapes.edge, device=timer.device, dtype=torch.bfloat16) for _ in range(2))
    out = torch.empty_like(a)
    return timer.median(lambda: [torch.matmul(a, b.T, out=out) for _ in range(10)], 10)


def decode_seconds(model, shapes, batch, timer, compiled):
    """Of one token of every sequence: generate() for DECODED + 1 tokens less generate() for 1."""
    network = Qwen3ForCausalLM(model.config()).to(timer.device, torch.bfloat16).eval()
    prompts = torch.randint(0, model.vocab, (batch, shapes.context - DECODED), device=timer.device)
    mask = torch.ones_like(prompts)

    def generate(tokens):
        settings = dict(do_sample=True, temperature=1.0, top_k=0, top_p=1.0, max_new_tokens=tokens, min_new_tokens=tokens,
                        cache_implementation="static", disable_compile=not compiled, pad_token_id=0)
        with torch.inference_mode():
            drawn = network.generate(prompts, attention_mask=mask, **settings)
        assert drawn.shape[1] == prompts.shape[1] + tokens, f"generate drew {drawn.shape[1] - prompts.shape[1]} of {tokens}"

    generate(DECODED + 1)  # compiles
    pairs = range(min(3, shapes.repeats))
    return statistics.median(
        timer.once(lambda: generate(DECODED + 1)) - timer.once(lambda: generate(1)) for _ in pairs) / DECODED


def update_seconds(model, shapes, timer, args):
    """Forward, loss, backward, clipping, AdamW; by default F32 weights under bf16 autocast, as catrl holds them."""
    weights = torch.bfloat16 if args.bf16_weights else torch.float32
    network = Qwen3ForCausalLM(model.config()).to(timer.device, weights).train()
    network.config.use_cache = False
    if args.gradient_checkpointing:
        network.gradient_checkpointing_enable()
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-6, weight_decay=0.01, fused=timer.device.type == "cuda")
    ids = torch.randint(0, model.vocab, (shapes.sequences, shapes.length), device=timer.device)
    forward = torch.compile(network) if args.compile else network

    def step():
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast(timer.device.type, torch.bfloat16, enabled=not args.bf16_weights):
            loss = forward(input_ids=ids, labels=ids).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()

    return timer.median(step)


def update_flops(model, shapes):
    tokens = shapes.sequences * shapes.length
    pairs = tokens * (shapes.length + 1) / 2
    return 6 * tokens * model.matrix_elements() + 12 * pairs * model.layers * model.heads * model.head_size


def line(name, sizes, seconds, amount, unit, ceiling, tokens=None):
    scale = 1e9 if unit == "GB/s" else 1e12
    rate = amount / seconds
    share = f"{100 * rate / ceiling:.0f}%" if ceiling else "100%"
    print(f"| {name} | {sizes} | {seconds * 1e3:.4g} | {rate / scale:.1f} {unit} | {share} | "
          f"{f'{tokens / seconds:,.0f}' if tokens else ''} |", flush=True)


def attempt(name, sizes, measure, *report):
    """A line with the time, or with why there is none: out of memory above all."""
    try:
        line(name, sizes, measure(), *report)
    except (RuntimeError, NotImplementedError) as failure:
        print(f"| {name} | {sizes} | not measured: {str(failure).splitlines()[0].replace('|', '/')} | | | |", flush=True)
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def heading(device):
    name = torch.cuda.get_device_name() if device.type == "cuda" else platform.processor() or "CPU"
    print(f"# PyTorch and transformers, {datetime.date.today()}\n\n- Device: {name}\n- Software: PyTorch "
          f"{torch.__version__}, transformers {transformers.__version__}, CUDA {torch.version.cuda}, Python "
          f"{platform.python_version()}\n- Command: `{' '.join(['python3', *sys.argv])}`\n")
    print("| benchmark | sizes | median ms | achieved | of the ceiling | tokens/s |\n|---|---|---|---|---|---|")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tiny", action="store_true", help="tiny sizes, once: shows that it runs, not how fast")
    parser.add_argument("--compile", action="store_true", help="torch.compile, with CUDA graphs in generate()")
    parser.add_argument("--bf16-weights", action="store_true", help="weights, gradients and moments in bf16, without F32 ones")
    parser.add_argument("--gradient-checkpointing", action="store_true", help="recompute layers on the way back")
    args = parser.parse_args()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if device.type == "cpu" and not args.tiny:
        sys.exit("transformers_bench: PyTorch sees no CUDA device; --tiny checks on a CPU that everything runs")
    shapes = TINY if args.tiny else FULL
    timer = Timer(device, shapes.repeats)
    heading(device)
    seconds = copy_seconds(shapes, timer)
    bandwidth = 2 * shapes.copy_bytes / seconds
    line("copy", f"bytes={shapes.copy_bytes}", seconds, 2 * shapes.copy_bytes, "GB/s", None)
    seconds = product_seconds(shapes, timer)
    products = 2 * shapes.edge**3 / seconds
    line("product", f"edge={shapes.edge}", seconds, 2 * shapes.edge**3, "TFLOP/s", None)
    for model in shapes.models:
        for batch in shapes.batches:
            moved = 2 * model.matrix_elements() + model.cache_bytes(batch * shapes.context)
            attempt("generate, static cache, per token", f"model={model.name} batch={batch} context={shapes.context} shared=0",
                    lambda: decode_seconds(model, shapes, batch, timer, args.compile), moved, "GB/s", bandwidth, batch)
        attempt("forward, backward, AdamW", f"model={model.name} sequences={shapes.sequences} length={shapes.length}",
                lambda: update_seconds(model, shapes, timer, args), update_flops(model, shapes), "TFLOP/s", products,
                shapes.sequences * shapes.length)


if __name__ == "__main__":
    main()
