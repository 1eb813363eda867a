package org.catrl;

import com.github.javaparser.JavaParser;
import com.github.javaparser.ParserConfiguration;
import com.github.javaparser.ParserConfiguration.LanguageLevel;
import com.github.javaparser.ast.CompilationUnit;
import com.github.javaparser.ast.Node;
import com.github.javaparser.ast.body.BodyDeclaration;
import com.github.javaparser.ast.body.CallableDeclaration;
import com.github.javaparser.ast.body.ClassOrInterfaceDeclaration;
import com.github.javaparser.ast.body.ConstructorDeclaration;
import com.github.javaparser.ast.body.MethodDeclaration;
import com.github.javaparser.ast.body.Parameter;
import com.github.javaparser.ast.body.RecordDeclaration;
import com.github.javaparser.ast.body.TypeDeclaration;
import com.github.javaparser.ast.comments.Comment;
import com.github.javaparser.ast.comments.JavadocComment;
import com.github.javaparser.ast.nodeTypes.NodeWithJavadoc;
import com.github.javaparser.ast.nodeTypes.NodeWithSimpleName;
import com.github.javaparser.javadoc.Javadoc;
import com.github.javaparser.javadoc.JavadocBlockTag;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The rules of style that a source file can be held to, read from its syntax tree. */
final class SourceRules {
    static final int LONGEST_LINE = 120;
    static final int MOST_PARAMETERS = 8;
    static final int MOST_COMPONENTS = 10;

    /** Words that no description begins with, because its noun would be missing. */
    private static final Pattern NO_NOUN = Pattern.compile("(?:After|Also|As|At|Before|Behind|By|Ditto|Empty|For|From"
            + "|In|Likewise|Not|Null|Of|On|Over|Same|See|To|Under|With|Within|Without|\\d+)\\b.*", Pattern.DOTALL);

    private final String name;
    private final String text;
    private final CompilationUnit unit;
    private final List<Complaint> complaints = new ArrayList<>();

    private record Complaint(int line, String what) {
    }

    /** The file of that name with that text; text that is no Java 17 is an error. */
    SourceRules(String name, String text) {
        this.name = name;
        this.text = text;
        ParserConfiguration java17 = new ParserConfiguration().setLanguageLevel(LanguageLevel.JAVA_17);
        this.unit = new JavaParser(java17).parse(text).getResult()
                .filter(parsed -> parsed.getParsed() == Node.Parsedness.PARSED)
                .orElseThrow(() -> new IllegalArgumentException(name + " is no Java 17"));
    }

    /** The places that break a rule, each as "file:line what is wrong". */
    List<String> complaints() {
        complaints.clear();
        lines();
        for (BodyDeclaration<?> declaration : unit.findAll(BodyDeclaration.class)) {
            documentation(declaration);
        }
        unit.findAll(RecordDeclaration.class).forEach(this::components);
        unit.findAll(CallableDeclaration.class).forEach(this::parameters);
        unit.getAllComments().forEach(this::noun);
        return complaints.stream()
                .sorted(Comparator.comparingInt(Complaint::line))
                .map(complaint -> name + ":" + complaint.line() + " " + complaint.what())
                .toList();
    }

    /** The lines of each method's body from brace to brace; an abstract method has none and does not count. */
    List<Integer> methodLengths() {
        return unit.findAll(MethodDeclaration.class).stream()
                .flatMap(method -> method.getBody().stream())
                .map(body -> body.getRange().orElseThrow().getLineCount())
                .toList();
    }

    private void lines() {
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).length() > LONGEST_LINE) {
                complaints.add(new Complaint(i + 1, "line of " + lines.get(i).length() + " characters"));
            }
        }
    }

    private void documentation(BodyDeclaration<?> declaration) {
        if (declaration instanceof NodeWithJavadoc<?> documented && isPublic(declaration)
                && !declaration.isAnnotationPresent(Override.class)
                && documented.getJavadoc().map(SourceRules::isEmpty).orElse(true)) {
            complain(declaration, nameOf(declaration) + " is public and has no Javadoc");
        }
    }

    private static boolean isEmpty(Javadoc javadoc) {
        return javadoc.getDescription().toText().isBlank();
    }

    /** Whether other packages can see the declaration; a record's components stand in the Javadoc of the record. */
    private static boolean isPublic(BodyDeclaration<?> declaration) {
        if (declaration instanceof TypeDeclaration<?> type) {
            return type.isPublic() || inInterface(type) && !type.isPrivate();
        }
        if (declaration instanceof MethodDeclaration method) {
            return method.isPublic() || inInterface(method) && !method.isPrivate();
        }
        return declaration instanceof ConstructorDeclaration constructor && constructor.isPublic();
    }

    private static boolean inInterface(BodyDeclaration<?> declaration) {
        return declaration.getParentNode().orElseThrow() instanceof ClassOrInterfaceDeclaration parent
                && parent.isInterface();
    }

    private void components(RecordDeclaration record) {
        if (record.getParameters().size() > MOST_COMPONENTS) {
            complain(record, nameOf(record) + " has " + record.getParameters().size() + " components");
        }
        if (record.isPublic()) {
            Set<String> described = described(record);
            Stream<String> components = record.getParameters().stream().map(Parameter::getNameAsString);
            components.filter(component -> !described.contains(component))
                    .forEach(component -> complain(record, nameOf(record) + " has no @param " + component));
        }
    }

    private static Set<String> described(RecordDeclaration record) {
        return record.getJavadoc().stream()
                .flatMap(javadoc -> javadoc.getBlockTags().stream())
                .filter(tag -> tag.getType() == JavadocBlockTag.Type.PARAM && !tag.getContent().isEmpty())
                .flatMap(tag -> tag.getName().stream())
                .collect(Collectors.toSet());
    }

    private void parameters(CallableDeclaration<?> callable) {
        if (callable.getParameters().size() > MOST_PARAMETERS) {
            complain(callable, nameOf(callable) + " has " + callable.getParameters().size() + " parameters");
        }
    }

    private void noun(Comment comment) {
        if (comment instanceof JavadocComment javadoc) {
            String description = javadoc.parse().getDescription().toText().strip();
            if (description.isEmpty() || NO_NOUN.matcher(description).matches()) {
                complain(comment, "Javadoc without its noun: " + description.lines().findFirst().orElse("only tags"));
            }
        }
    }

    private static String nameOf(Node node) {
        return node instanceof NodeWithSimpleName<?> named ? named.getNameAsString() : node.toString();
    }

    private void complain(Node node, String what) {
        complaints.add(new Complaint(node.getBegin().orElseThrow().line, what));
    }
}
