# A Java service, moved over from a Linux image by someone in a hurry. Bad: there is no escape directive, so every
# backslash outside RUN is eaten and two of them swallow the line that follows.

FROM eclipse-temurin:21-jdk-windowsservercore-ltsc2022 AS build
WORKDIR C:\src
COPY gradle C:\src\gradle\
COPY gradlew.bat settings.gradle build.gradle C:\src\
COPY src C:\src\src
RUN gradlew.bat --no-daemon bootJar

FROM eclipse-temurin:21-jre-windowsservercore-ltsc2022
ENV APP_HOME=C:\service JAVA_OPTS="-Xmx512m"
WORKDIR C:\service
COPY --from=build C:\src\build\libs\orders.jar C:\service\orders.jar
COPY config C:\service\config\
USER root
EXPOSE 8080
STOPSIGNAL SIGTERM
CMD ["java", "-jar", "C:\service\orders.jar"]
