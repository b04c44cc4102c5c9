// A real Apache Kafka for tests (support/kafka/broker fetches, starts and stops it). Throws std::runtime_error with
// what to install when it cannot be had: such a test fails, it does not skip.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace aw::test {

class KafkaBroker {
public:
    // host:port of the broker that tests share: of ACCOUNTWATCH_TEST_KAFKA (somebody's own), else of the ctest fixture
    // (ACCOUNTWATCH_TEST_KAFKA_DIR), else one that this process starts now and stops at its end.
    [[nodiscard]] static const std::string& shared();

    // A prefix for topics and groups that no other test has, in this run or another.
    [[nodiscard]] static std::string unique_prefix();

    // A broker to be stopped and started at will: the one of the ctest fixture, whose users run one at a time (left
    // running), else one of the test's own (stopped and deleted with the object, or when the process dies).
    KafkaBroker();
    // One of the test's own, with more listeners.
    struct Extras {
        int doors = 0;
        bool secure = false;
        int replicas = 1;         // of the broker's own topics
        std::string joins = {};   // one more broker of the cluster of the one with this folder
    };
    explicit KafkaBroker(const Extras& extras);
    ~KafkaBroker();
    KafkaBroker(const KafkaBroker&) = delete;
    KafkaBroker& operator=(const KafkaBroker&) = delete;

    [[nodiscard]] const std::string& address() const { return address_; }  // stays the same
    [[nodiscard]] const std::string& folder() const { return folder_; }    // its data: logs/TOPIC-PARTITION
    // A listener of the broker that sends its clients to another address, where the test may stand in between.
    struct Door {
        std::uint16_t broker = 0;   // the port where the broker listens
        std::uint16_t clients = 0;  // the port where it sends its clients
    };
    [[nodiscard]] std::vector<Door> doors() const;
    // What a client needs for the listeners with TLS. User and certificate are named "accountwatch".
    struct Secure {
        std::string ssl;                             // host:port, wants a client certificate
        std::string sasl_ssl;                        // host:port, wants user and password
        std::string ca, certificate, key, password;    // files
        std::string foreign_certificate, foreign_key;  // of the same name, signed by nobody whom the broker trusts
    };
    [[nodiscard]] Secure secure() const;
    void acl(const std::string& arguments) const;  // of Kafka's own tool for ACLs
    void start();
    void stop();  // SIGTERM
    void kill();  // SIGKILL
    void hang();  // SIGSTOP: connections stay, nothing is answered
    void go_on();

private:
    void make_own(const Extras& extras);

    std::string folder_;
    std::string address_;
    bool borrowed_ = false;
};

}  // namespace aw::test
