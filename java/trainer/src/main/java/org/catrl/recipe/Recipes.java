package org.catrl.recipe;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads a command's recipe and makes its paths absolute, so that the run's record can be read from anywhere. */
public final class Recipes {
    private static final List<String> PATHS = List.of("model", "data.train", "data.held_out", "data.probe",
            "examples.file");

    private Recipes() { }

    /**
     * @param assignments from the command line; paths in them start from the working folder, those in the file from
     *                    the file's
     */
    public static <T extends MeasuredRecipe> T read(Path file, T defaults, List<String> assignments) {
        List<String> all = new ArrayList<>(assignments.stream().map(Recipes::fromHere).toList());
        T recipe = RecipeFile.read(file, defaults, all);
        if (recipe instanceof TrainRecipe train && train.presetDefaults() != defaults) {
            @SuppressWarnings("unchecked")
            T preset = (T) train.presetDefaults();
            defaults = preset;
            recipe = RecipeFile.read(file, defaults, all);
        }
        Path folder = file.toAbsolutePath().getParent();
        addAbsolute(all, "model", recipe.model(), folder);
        addAbsolute(all, "data.train", recipe.data().train(), folder);
        addAbsolute(all, "data.held_out", recipe.data().heldOut(), folder);
        addAbsolute(all, "data.probe", recipe.data().probe(), folder);
        if (recipe instanceof TrainRecipe train) {
            addRole(all, "roles.anchor", train.roles().anchor(), folder);
            addRole(all, "roles.rubric_writer", train.roles().rubricWriter(), folder);
            addRole(all, "roles.judge", train.roles().judge(), folder);
            addRole(all, "roles.grader", train.roles().grader(), folder);
        }
        if (recipe instanceof SftRecipe sft && sft.examples() != null) {
            addAbsolute(all, "examples.file", sft.examples().file(), folder);
        }
        return RecipeFile.read(file, defaults, all);
    }

    /** A recipe of either kind of training, for what the two have in common. */
    public static MeasuredRecipe readMeasured(Path file, List<String> assignments) {
        try {
            return read(file, TrainRecipe.DEFAULTS, assignments);
        } catch (RecipeException notForTraining) {
            try {
                return read(file, SftRecipe.DEFAULTS, assignments);
            } catch (RecipeException alsoNotSupervised) {
                throw notForTraining;
            }
        }
    }

    private static String fromHere(String assignment) {
        int equals = assignment.indexOf('=');
        boolean path = equals > 0 && PATHS.contains(assignment.substring(0, equals).strip());
        String value = path ? assignment.substring(equals + 1).strip().replaceAll("^(['\"])(.*)\\1$", "$2") : "";
        return !path || value.isEmpty() || value.equals("null") ? assignment
                : assignment(assignment.substring(0, equals).strip(), Path.of(value).toAbsolutePath());
    }

    private static void addRole(List<String> assignments, String key, RoleRecipe role, Path folder) {
        addAbsolute(assignments, key + ".model", role.to() == RoleRecipe.Target.MODEL ? role.model() : null, folder);
    }

    private static void addAbsolute(List<String> assignments, String key, String path, Path folder) {
        if (path != null) {
            assignments.add(assignment(key, folder.resolve(path)));
        }
    }

    private static String assignment(String key, Path path) {
        return key + "='" + path.normalize().toString().replace("'", "''") + "'";
    }
}
