package org.catrl.cli;

import java.io.PrintWriter;

/** An output that says nothing before the end. */
final class QuietOutput extends RunOutput {
    QuietOutput(PrintWriter out) {
        super(out);
    }
}
