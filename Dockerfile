FROM python:3.11-slim
WORKDIR /app
COPY requirements.txt pyproject.toml README.md LICENSE ./
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY graph graph
COPY loaders loaders
COPY queries queries
COPY algorithms algorithms
COPY ui ui
COPY seed seed
COPY .streamlit .streamlit
RUN pip install --no-cache-dir --no-deps -e . && useradd --create-home throughline && chown -R throughline /app
USER throughline
EXPOSE 8501
CMD ["throughline", "explore", "--port", "8501", "--address", "0.0.0.0", "--headless"]
