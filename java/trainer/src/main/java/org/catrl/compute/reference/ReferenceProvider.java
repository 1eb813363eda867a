package org.catrl.compute.reference;

import org.catrl.compute.Backend;
import org.catrl.compute.BackendProvider;
import org.catrl.compute.BackendSettings;

/** Offers the specification as the backend "reference". */
public final class ReferenceProvider implements BackendProvider {
    @Override
    public String name() {
        return "reference";
    }

    @Override
    public Backend open(BackendSettings settings) {
        return new ReferenceBackend();
    }
}
