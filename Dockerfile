# docker build -t parley .   and   docker run -p 8000:8000 -v parley:/data parley
# The server alone on Debian 12, as a user of its own.
FROM debian:bookworm-slim AS build
ENV DEBIAN_FRONTEND=noninteractive
COPY . /src
WORKDIR /src
# Node builds the page of /app and stays behind.
RUN apt-get update && apt-get install -y --no-install-recommends nodejs npm && script/bootstrap build
RUN cmake --preset release && cmake --build --preset release --target parley
RUN script/runtime-packages build/release/parley >/runtime-packages

FROM debian:bookworm-slim
COPY --from=build /runtime-packages /runtime-packages
RUN apt-get update && xargs apt-get install -y --no-install-recommends ca-certificates </runtime-packages && rm -rf /var/lib/apt/lists/*
COPY --from=build /src/build/release/parley /usr/local/bin/parley
RUN mkdir /data && chown 10001:10001 /data && chmod 0700 /data
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
ENV PARLEY_DATA_DIR=/data PARLEY_SERVER_HOST=0.0.0.0
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=6s --start-period=10s CMD ["/usr/local/bin/parley", "health"]
ENTRYPOINT ["/usr/local/bin/parley"]
CMD ["serve"]
