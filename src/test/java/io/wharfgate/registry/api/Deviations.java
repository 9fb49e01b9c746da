package io.wharfgate.registry.api;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/** Runs the tests that {@link Deviates} marks. */
final class Deviations implements InvocationInterceptor {

    private static final Pattern ROW = Pattern.compile("\\[test-template-invocation:#(\\d+)\\]$");

    @Override
    public void interceptTestMethod(
            Invocation<Void> test, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        run(test, method.getExecutable(), context);
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<Void> test, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        run(test, method.getExecutable(), context);
    }

    private static void run(Invocation<Void> test, Method method, ExtensionContext context) throws Throwable {
        Optional<Deviates> deviation = deviation(method, context);
        if (deviation.isEmpty()) {
            test.proceed();
            return;
        }
        Optional<Throwable> failure = failure(test);
        String trait = "with the trait " + deviation.get().trait();
        Assertions.assertThat(failure)
                .as("%s this test fails; if it does no longer, the trait must go", trait)
                .isPresent();
        Assertions.assertThat(messages(failure.orElseThrow()))
                .as(trait)
                .contains(deviation.get().seen());
    }

    private static Optional<Deviates> deviation(Method method, ExtensionContext context) {
        ResourceContract contract = (ResourceContract) context.getRequiredTestInstance();
        Matcher row = ROW.matcher(context.getUniqueId());
        int number = row.find() ? Integer.parseInt(row.group(1)) : 0;
        return Arrays.stream(method.getAnnotationsByType(Deviates.class))
                .filter(one -> contract.is(one.trait()))
                .filter(one ->
                        one.rows().length == 0 || Arrays.stream(one.rows()).anyMatch(at -> at == number))
                .findFirst();
    }

    /** Whatever ends a test: an assertion, or a connection that was cut. */
    private static Optional<Throwable> failure(Invocation<Void> test) {
        try {
            test.proceed();
            return Optional.empty();
        } catch (Throwable e) {
            return Optional.of(e);
        }
    }

    private static String messages(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .map(String::valueOf)
                .collect(Collectors.joining("\n"));
    }
}
