package io.wharfgate.registry.rules;

import io.wharfgate.yaml.Finding;
import java.util.List;
import java.util.stream.Collectors;

/** A file of storage rules has mistakes. The message has a line for each of them. */
public final class InvalidRulesException extends Exception {

    private static final long serialVersionUID = 1;

    InvalidRulesException(List<Finding> errors) {
        super(errors.stream().map(Finding::toString).collect(Collectors.joining("\n")));
    }
}
