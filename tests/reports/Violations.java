// Reads reports with violations-lib, the library behind the build server plugins of that name, and prints what it
// understood as JSON: a list of findings for each report.
//
//     java -cp JAR Violations.java PARSER FILE [PARSER FILE]...

import com.google.gson.Gson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import shadow.se.bjurr.violations.lib.ViolationsLogger;
import shadow.se.bjurr.violations.lib.model.Violation;
import shadow.se.bjurr.violations.lib.reports.Parser;

class Violations {
    public static void main(String[] args) throws Exception {
        Map<String, List<Map<String, Object>>> reports = new LinkedHashMap<>();
        for (int at = 0; at < args.length; at += 2) {
            String report = Files.readString(Path.of(args[at + 1]));
            List<Map<String, Object>> findings = new ArrayList<>();
            for (Violation violation : Parser.valueOf(args[at]).getViolationsParser().parseReportOutput(report, new Silent())) {
                findings.add(Map.of(
                    "file", violation.getFile(),
                    "line", violation.getStartLine(),
                    "severity", violation.getSeverity().name(),
                    "rule", violation.getRule(),
                    "message", violation.getMessage()));
            }
            reports.put(args[at], findings);
        }
        System.out.println(new Gson().toJson(reports));
    }

    private static class Silent implements ViolationsLogger {
        public void log(Level level, String text) {}

        public void log(Level level, String text, Throwable cause) {}
    }
}
