#!/usr/bin/env python3
"""Folders that catrl writes, read by transformers and peft, and the reverse.

    python3 benchmarks/peers/interop_check.py MODEL [--prompt TEXT]

MODEL is any Hugging Face folder that ./catrl can read. What is compared: the greedy continuation of the prompt, by
transformers and by ./catrl, for the model as it is, exported in both types, with an adapter that peft made (read by
catrl, and merged), and, where --adapter names one that catrl trained, with that. Needs torch and transformers; peft where
adapters are to be compared, and says so where it is not there. Exits 1 when anything differs.
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

ROOT = pathlib.Path(__file__).resolve().parents[2]


def by_catrl(folder, prompt, tokens):
    command = [str(ROOT / "catrl"), "sample", str(folder), "--prompt", prompt, "--no-chat", "--temperature", "0",
               "--max-completion-length", str(tokens), "--backend", "cpu"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def by_transformers(model, tokenizer, prompt, tokens):
    ids = tokenizer(prompt, return_tensors="pt").input_ids
    out = model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=tokens, do_sample=False)
    return tokenizer.decode(out[0, ids.shape[1]:], skip_special_tokens=True).strip()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("model")
    parser.add_argument("--adapter", help="an adapter of MODEL that catrl trained")
    parser.add_argument("--prompt", default="Once upon a time")
    parser.add_argument("--tokens", type=int, default=24)
    given = parser.parse_args()
    tokenizer = AutoTokenizer.from_pretrained(given.model)
    base = AutoModelForCausalLM.from_pretrained(given.model, dtype=torch.float32)
    failed = []

    def same(what, ours, theirs):
        print(f"{'ok  ' if ours == theirs else 'FAIL'}  {what}: {ours!r}" + ("" if ours == theirs else f" against {theirs!r}"))
        if ours != theirs:
            failed.append(what)

    expected = by_transformers(base, tokenizer, given.prompt, given.tokens)
    same("the model", by_catrl(given.model, given.prompt, given.tokens), expected)
    with tempfile.TemporaryDirectory() as temporary:
        exported = pathlib.Path(temporary, "exported")
        subprocess.run([str(ROOT / "catrl"), "export", given.model, str(exported)], check=True, capture_output=True)
        again = AutoModelForCausalLM.from_pretrained(exported, dtype=torch.float32)
        same("exported, read by transformers", by_transformers(again, tokenizer, given.prompt, given.tokens), expected)
        try:
            import peft
        except ImportError:
            print("skip  adapters: peft is not installed")
            sys.exit(1 if failed else 0)
        config = peft.LoraConfig(r=4, lora_alpha=8, task_type="CAUSAL_LM", init_lora_weights=False, target_modules=[
            "q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"])
        torch.manual_seed(1)
        adapted = peft.get_peft_model(base, config)
        folder = pathlib.Path(temporary, "adapter")
        adapted.save_pretrained(folder)
        theirs = by_transformers(adapted, tokenizer, given.prompt, given.tokens)
        same("an adapter of peft's", by_catrl(folder, given.prompt, given.tokens), theirs)
        if given.adapter:
            clean = AutoModelForCausalLM.from_pretrained(given.model, dtype=torch.float32)
            loaded = peft.PeftModel.from_pretrained(clean, given.adapter)
            same("an adapter of catrl's", by_catrl(given.adapter, given.prompt, given.tokens),
                 by_transformers(loaded, tokenizer, given.prompt, given.tokens))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
