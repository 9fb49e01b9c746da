package io.wharfgate.config;

import io.wharfgate.yaml.Finding;
import java.util.List;
import java.util.stream.Collectors;

/** The configuration has mistakes, all of which it lists. Its message never holds a secret. */
public final class ConfigurationException extends Exception {

    private static final long serialVersionUID = 1;

    private final transient List<Finding> errors;
    private final transient List<Finding> warnings;

    ConfigurationException(List<Finding> errors, List<Finding> warnings) {
        super(errors.stream().map(Finding::toString).collect(Collectors.joining("\n")));
        this.errors = List.copyOf(errors);
        this.warnings = List.copyOf(warnings);
    }

    /** The mistakes: first the file's from top to bottom, then the variables'. Never empty. */
    public List<Finding> errors() {
        return errors;
    }

    /** What is not a mistake but worth knowing. */
    public List<Finding> warnings() {
        return warnings;
    }
}
