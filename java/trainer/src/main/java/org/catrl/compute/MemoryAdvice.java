package org.catrl.compute;

import java.util.LinkedHashMap;
import java.util.Map;

/** Which setting lowers what an owner holds of a backend's memory: for messages and plans. */
public final class MemoryAdvice {
    private static final Map<String, String> SETTINGS = new LinkedHashMap<>();

    static {
        SETTINGS.put("cublas workspace", "nothing: its size is fixed");
        SETTINGS.put("kv cache", "sampling.cache_mb");
        SETTINGS.put("decoding activations", "sampling.max_batch_rows");
        SETTINGS.put("training activations", "grpo.micro_batch_tokens, or recompute: true");
        SETTINGS.put("scoring activations", "grpo.micro_batch_tokens");
        SETTINGS.put("optimizer", "lora, or a smaller model");
        SETTINGS.put("gradients", "lora, or a smaller model");
        SETTINGS.put("weights", "dtype: bfloat16, or a smaller model");
        SETTINGS.put("adapter", "lora.r");
        SETTINGS.put(HostCopy.OWNER, "lora, or save_steps: 0 and save_minutes: 0");
        SETTINGS.put("anchor weights", "dtype: bfloat16, or a smaller model");
    }

    private MemoryAdvice() { }

    /** The settings that lower an owner's memory, in words. */
    public static String of(String owner) {
        return SETTINGS.entrySet().stream().filter(entry -> owner.startsWith(entry.getKey())).map(Map.Entry::getValue)
                .findFirst().orElse("a smaller model or batch");
    }

    static String outOfMemory(String owner, long bytes, long free, long total, Ledger ledger) {
        return "out of device memory: " + owner + " asked for " + mib(bytes) + ", " + mib(free) + " of " + mib(total)
                + " are free; held: " + held(ledger) + "; lower it with " + of(owner);
    }

    private static String held(Ledger ledger) {
        StringBuilder text = new StringBuilder();
        ledger.byOwner().forEach((owner, bytes) -> text.append(text.isEmpty() ? "" : ", ").append(owner).append(' ')
                .append(mib(bytes)));
        return text.isEmpty() ? "nothing" : text.toString();
    }

    private static String mib(long bytes) {
        return String.format("%.1f MiB", bytes / 1048576.0);
    }
}
