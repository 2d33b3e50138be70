import java.nio.file.*;
import java.util.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.serialization.StringSerializer;

/** Sends a file's lines, in batches of many, with Kafka's own producer. Arguments: brokers, topic, codec, file. */
public class Produce {
  public static void main(String[] arguments) throws Exception {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", arguments[0]);
    properties.put("compression.type", arguments[2]);
    properties.put("linger.ms", "200");
    properties.put("batch.size", "200000");
    try (var producer = new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
      List<java.util.concurrent.Future<RecordMetadata>> sent = new ArrayList<>();
      for (String line : Files.readAllLines(Path.of(arguments[3]))) {
        sent.add(producer.send(new ProducerRecord<>(arguments[1], line)));
      }
      for (var one : sent) {
        one.get();
      }
    }
  }
}
